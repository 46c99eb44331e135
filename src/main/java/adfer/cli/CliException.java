package adfer.cli;

/** What ends a command early: one sentence and an exit code. */
public class CliException extends RuntimeException {
    private final int exitCode;

    public CliException(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public final int exitCode() {
        return exitCode;
    }
}
