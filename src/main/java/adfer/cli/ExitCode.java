package adfer.cli;

import picocli.CommandLine.Model.UsageMessageSpec;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit codes of {@code adfer} mean. */
public final class ExitCode {
    public static final int DONE = 0;

    /** It was tried and did not succeed: a run that was cancelled, a runbook with errors. */
    public static final int FAILED = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    /** Adfer refused, and said why. */
    public static final int REFUSED = 3;

    /** No node answered, or there is no majority. */
    public static final int UNREACHABLE = 4;

    /** A run waits for a person, or what was asked waits for a second one. */
    public static final int NEEDS_PERSON = 5;

    /** Nobody is signed in, or the password was wrong. */
    public static final int NOT_SIGNED_IN = 6;

    private static final Map<String, String> EXPLAINED = explained();

    private ExitCode() {}

    /** Tells them at the end of a command's help. */
    public static void explain(UsageMessageSpec help) {
        help.exitCodeListHeading("%nExit codes:%n");
        help.exitCodeList(EXPLAINED);
    }

    private static Map<String, String> explained() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "tried without success (a cancelled run, a runbook with errors)");
        codes.put("2", "wrong command line");
        codes.put("3", "refused, with the reason");
        codes.put("4", "no node answered, or there is no majority");
        codes.put("5", "the run waits for a person, or a second person has to confirm it first");
        codes.put("6", "not signed in: adfer login");
        return codes;
    }
}
