package adfer.kernel;

/** A step of a runbook, unique within it. */
public record StepId(String value) implements Id {
    public StepId {
        Id.check("step name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
