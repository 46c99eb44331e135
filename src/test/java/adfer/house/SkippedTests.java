package adfer.house;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints each test that did not run, and why: what is skipped must be seen. */
public final class SkippedTests implements TestExecutionListener {
    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        say(test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            say(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    private static void say(TestIdentifier test, String reason) {
        String place =
                test.getSource()
                        .map(source ->
                                source instanceof MethodSource method
                                        ? method.getClassName() + "." + method.getMethodName()
                                        : test.getDisplayName())
                        .orElse(test.getDisplayName());
        System.out.println("Skipped " + place + ": " + reason);
    }
}
