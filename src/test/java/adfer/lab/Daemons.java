package adfer.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Adfer's processes in the lab. One that is wanted is started again when it has ended, as a service
 * manager would, while its site has power.
 */
final class Daemons implements AutoCloseable {
    private static final long NODE_RESTART_MS = 1_000;
    private static final long GUARD_RESTART_MS = 200;

    private final Commands commands;
    private final Timeline timeline;
    private final Predicate<String> powered;
    private final Map<String, Daemon> daemons = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private static final class Daemon {
        final List<String> command;
        final boolean preloaded;
        final long pauseMs;
        Optional<Process> process = Optional.empty();
        boolean wanted;
        long endedAt;
        int starts;

        Daemon(List<String> command, boolean preloaded, long pauseMs) {
            this.command = command;
            this.preloaded = preloaded;
            this.pauseMs = pauseMs;
        }

        boolean lives() {
            return process.filter(Process::isAlive).isPresent();
        }
    }

    /**
     * @param powered whether the site of a process has power
     */
    Daemons(Commands commands, Timeline timeline, Predicate<String> powered) {
        this.commands = commands;
        this.timeline = timeline;
        this.powered = powered;
        Thread.ofPlatform().daemon().name("service-manager").start(this::manage);
    }

    void addNode(String name, List<String> command) {
        daemons.put(name, new Daemon(command, true, NODE_RESTART_MS));
    }

    void addGuard(String name, List<String> command) {
        daemons.put(name, new Daemon(command, false, GUARD_RESTART_MS));
    }

    private void manage() {
        try {
            while (!closed) {
                daemons.forEach(this::manage);
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void manage(String name, Daemon daemon) {
        synchronized (daemon) {
            if (!daemon.wanted || daemon.lives() || closed || !powered.test(name)) {
                return;
            }
            long now = BootTime.now();
            if (daemon.process.isPresent()) {
                timeline.tell(name + " ended with " + daemon.process.get().exitValue());
                daemon.process = Optional.empty();
                daemon.endedAt = now;
            }
            if (now - daemon.endedAt >= daemon.pauseMs || daemon.starts == 0) {
                launch(name, daemon);
            }
        }
    }

    private void launch(String name, Daemon daemon) {
        ProcessBuilder builder = new ProcessBuilder(daemon.command);
        Map<String, String> environment = builder.environment();
        environment.put("ADFER_LAB", commands.home().toString());
        environment.put("ADFER_NODE", name);
        if (daemon.preloaded) {
            environment.put("ADFER_JAVA_OPTIONS", "-Xmx320m");
            environment.put("ADFER_SHIM", Lab.shim(commands.home(), name).toString());
            environment.put("LD_PRELOAD", commands.home().resolve("shim.so").toString());
        }
        File log = commands.home().resolve("log").resolve(name + ".log").toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.redirectInput(new File("/dev/null"));
        try {
            daemon.process = Optional.of(builder.start());
            daemon.starts++;
            timeline.tell(name + " is started");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, and again whenever it ends, until it is killed or given up. */
    void want(String name) {
        Daemon daemon = daemon(name);
        synchronized (daemon) {
            daemon.wanted = true;
        }
    }

    /** Ends it at once; the service manager does not see it until {@link #want}. */
    void kill(String name) {
        Daemon daemon = daemon(name);
        synchronized (daemon) {
            daemon.wanted = false;
            daemon.process.ifPresent(process -> {
                process.destroyForcibly();
                try {
                    process.waitFor();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            daemon.process = Optional.empty();
            daemon.endedAt = BootTime.now();
        }
    }

    /** Lets it stand still, or go on. */
    void freeze(String name, boolean still) {
        Daemon daemon = daemon(name);
        synchronized (daemon) {
            daemon.process
                    .filter(Process::isAlive)
                    .ifPresent(process -> commands.stand(process.pid(), still));
        }
    }

    private Daemon daemon(String name) {
        return Optional.ofNullable(daemons.get(name)).orElseThrow();
    }

    @Override
    public void close() {
        closed = true;
        daemons.keySet().forEach(this::kill);
    }
}
