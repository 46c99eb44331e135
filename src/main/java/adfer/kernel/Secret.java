package adfer.kernel;

/**
 * A secret's value, which doesn't show itself: printing, logging or joining it to a text gives
 * three stars. It is asked for right before it is used, and kept no longer than that.
 */
public final class Secret {
    /** What stands in a text instead of a secret. */
    public static final String HIDDEN = "***";

    private final String value;

    /**
     * @param value not empty
     */
    public Secret(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a secret can't be empty");
        }
        this.value = value;
    }

    /** The value itself, for whoever has to present it. It must not be kept, shown or logged. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
