package adfer.kernel;

/** The short name of a site, such as {@code a}. */
public record SiteId(String value) implements Id {
    public SiteId {
        Id.check("site name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
