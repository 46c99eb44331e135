package adfer.adapter.script;

import adfer.adapter.script.Unpacking.Unfit;
import adfer.kernel.Redaction;
import adfer.port.ScriptRunner;
import adfer.runbook.Bundle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Scripts as processes of this node's host. Each attempt runs in a session and a folder of its own,
 * and ends as a whole: what it left running in the background is ended with it. (A daemon that is
 * meant to stay must shed the variable {@value Family#MARKER} and leave the session.)
 */
public final class ProcessScriptRunner implements ScriptRunner, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessScriptRunner.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** What a shell answers for a file that is there but can't be run. */
    private static final int CANNOT_RUN = 126;

    private final ScriptSettings settings;
    private final Workshop workshop;
    private final String life = UUID.randomUUID().toString();
    private final AtomicLong attempts = new AtomicLong();
    private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock starting = new ReentrantLock();
    private final Optional<Path> setsid;
    private volatile boolean closed;

    private ProcessScriptRunner(ScriptSettings settings) {
        this.settings = settings;
        workshop = new Workshop(settings.folder());
        setsid =
                Stream.of("/usr/bin/setsid", "/bin/setsid")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst();
    }

    /**
     * Takes possession of the folder and ends what an earlier life of this node left running: a
     * script outlives a node that is killed.
     *
     * @throws IllegalStateException with one sentence, when another process uses the folder
     */
    public static ProcessScriptRunner open(ScriptSettings settings) {
        ProcessScriptRunner runner = new ProcessScriptRunner(settings);
        runner.reap();
        return runner;
    }

    @Override
    public Ended run(Bundle bundle, Call call, Duration timeout, Consumer<String> output) {
        long began = System.nanoTime();
        Path folder = newFolder();
        try {
            String token = token(life) + attempts.incrementAndGet();
            Attempt attempt = start(bundle, call, folder, token);
            try {
                return follow(attempt, timeout, began, call, output);
            } finally {
                running.remove(attempt);
            }
        } catch (Unfit e) {
            output.accept(e.sentence() + "\n");
            return new Ended(CANNOT_RUN, false, since(began));
        } finally {
            Workshop.remove(folder);
        }
    }

    /** Ends every script, with the usual grace, and takes no more. */
    @Override
    public void close() {
        starting.lock();
        try {
            closed = true;
        } finally {
            starting.unlock();
        }
        try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
            running.forEach(attempt -> side.execute(() -> attempt.family().end(settings.grace())));
        }
        workshop.close();
    }

    private void reap() {
        int ended =
                Family.marked(token ->
                                token.startsWith(token("")) && !token.startsWith(token(life)))
                        .end(settings.grace());
        workshop.sweep();
        if (ended > 0) {
            LOG.warn("Ended {} processes of scripts that outlived this node's last run", ended);
        }
    }

    private String token(String ofLife) {
        return workshop.identity() + "/" + ofLife + (ofLife.isEmpty() ? "" : "/");
    }

    private Path newFolder() {
        try {
            return workshop.newFolder();
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for a script can be made", e);
        }
    }

    /**
     * Writes the files and starts the process. One at a time: a process started while a file is
     * open for writing inherits it for a moment, and the kernel refuses to run a file that is being
     * written.
     */
    private Attempt start(Bundle bundle, Call call, Path folder, String token) throws Unfit {
        starting.lock();
        try {
            if (closed) {
                throw new Unfit("this node is stopping and starts no scripts");
            }
            List<String> command = new ArrayList<>();
            setsid.map(Path::toString).ifPresent(command::add);
            command.add(Unpacking.unpack(bundle, call.path(), folder).toString());
            command.addAll(call.arguments());
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectInput(new File("/dev/null"))
                            .redirectErrorStream(true);
            fill(builder.environment(), call, token);
            Process process = builder.start();
            Attempt attempt = new Attempt(process, Family.of(token, process.toHandle()));
            running.add(attempt);
            return attempt;
        } catch (IOException | IllegalArgumentException e) {
            throw new Unfit(
                    redaction(call)
                            .hide(
                                    "the script '"
                                            + call.path()
                                            + "' cannot be started: "
                                            + e.getMessage()));
        } finally {
            starting.unlock();
        }
    }

    private Ended follow(
            Attempt attempt, Duration timeout, long began, Call call, Consumer<String> output) {
        Process process = attempt.process();
        Output printed =
                new Output(process.getInputStream(), redaction(call), output, settings.maxOutput());
        Verdict verdict = await(process, timeout, began);
        attempt.family().end(settings.grace());
        printed.finish(LAST_WORDS);
        int exit = verdict == Verdict.ENDED && !closed ? process.exitValue() : -1;
        return new Ended(exit, verdict == Verdict.LATE, since(began));
    }

    private void fill(Map<String, String> variables, Call call, String token) {
        variables.clear();
        variables.put("PATH", settings.searchPath());
        variables.put("HOME", System.getProperty("user.home"));
        variables.put("LANG", "C.UTF-8");
        variables.putAll(call.environment());
        call.secrets().forEach((name, secret) -> variables.put(name, secret.reveal()));
        variables.put(Family.MARKER, token);
    }

    private static Redaction redaction(Call call) {
        return Redaction.of(call.secrets().values());
    }

    private static Verdict await(Process process, Duration timeout, long began) {
        try {
            Duration left = timeout.minus(since(began));
            return process.waitFor(left.toNanos(), TimeUnit.NANOSECONDS)
                    ? Verdict.ENDED
                    : Verdict.LATE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.BROKEN_OFF;
        }
    }

    private static Duration since(long beganNanos) {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    private record Attempt(Process process, Family family) {}

    private enum Verdict {
        ENDED,
        LATE,
        BROKEN_OFF
    }
}
