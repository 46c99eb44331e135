package adfer.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands that the driver runs, at a site or outside of all.
 *
 * @param home the lab's directory
 * @param prefix of its namespaces' names
 */
record Commands(Path home, String prefix) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static List<String> join(List<String> one, String... other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(List.of(other));
        return all;
    }

    void within(String site, String... command) {
        run(join(inside(site), command).toArray(String[]::new));
    }

    /** What makes a command one of a site. */
    List<String> inside(String site) {
        return List.of("ip", "netns", "exec", prefix + "-" + site);
    }

    void run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ADFER_LAB", home.toString());
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(
                                home.resolve("log").resolve("driver.log").toFile()));
        try {
            Process process = builder.start();
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("it hangs: " + String.join(" ", command));
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        "exit code " + process.exitValue() + ": " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets a process stand still, or go on; one that is gone does neither. */
    void stand(long pid, boolean still) {
        if (ProcessHandle.of(pid).isPresent()) {
            run("kill", still ? "-STOP" : "-CONT", Long.toString(pid));
        }
    }
}
