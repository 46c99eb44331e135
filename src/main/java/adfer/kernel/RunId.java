package adfer.kernel;

/** One execution of a plan. */
public record RunId(String value) implements Id {
    public RunId {
        Id.check("run identity", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
