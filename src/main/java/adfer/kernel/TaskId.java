package adfer.kernel;

/** The smallest journaled unit of a run, {@code step/what}, unique within its run. */
public record TaskId(String value) implements Id {
    public TaskId {
        Id.check("task name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
