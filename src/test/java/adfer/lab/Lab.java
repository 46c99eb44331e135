package adfer.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The lab's machinery: its namespaces, and the processes of Adfer in them. A process that is wanted
 * is started again when it has ended, as a service manager would.
 *
 * @see "src/lab/README.md"
 */
final class Lab implements AutoCloseable {
    /** A data centre or the witness, by the names that the lab, Adfer and its node have for it. */
    enum Place {
        A("dc-a", "a", "a1", 1),
        B("dc-b", "b", "b1", 2),
        W("witness", "w", "w1", 3);

        final String namespace;
        final String site;
        final String node;
        final String mesh;
        final String http;

        Place(String namespace, String site, String node, int number) {
            this.namespace = namespace;
            this.site = site;
            this.node = node;
            this.mesh = "10.77." + number + ".1";
            this.http = "http://10.79." + number + ".2:8100";
        }

        static final List<Place> ALL = List.of(values());

        /** The guard of its only host; the witness has none. */
        String guard() {
            return site + "-host";
        }
    }

    private static final Duration COMMAND = Duration.ofMinutes(1);
    private static final String ALL_SITES = "10.77.0.0/16";
    private static final long NODE_RESTART_MS = 1_000;
    private static final long GUARD_RESTART_MS = 200;

    private final Path root;
    private final Path home;
    private final String prefix;
    private final Timeline timeline;
    private final Map<String, Daemon> daemons = new ConcurrentHashMap<>();
    private Optional<Process> filler = Optional.empty();
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
     * @param root Adfer's source tree
     * @param home the lab's directory
     * @param prefix of its namespaces' names
     */
    Lab(Path root, Path home, String prefix, Timeline timeline) {
        this.root = root;
        this.home = home;
        this.prefix = prefix;
        this.timeline = timeline;
        String adfer = root.resolve("adfer").toString();
        String config = root.resolve("src/lab/lib/faults/config.yml").toString();
        for (Place place : Place.values()) {
            List<String> within = inside(place.namespace);
            daemons.put(
                    place.node,
                    new Daemon(join(within, adfer, "server", config), true, NODE_RESTART_MS));
            if (place != Place.W) {
                daemons.put(
                        place.guard(),
                        new Daemon(
                                join(within, adfer, "guard", config, "--host", place.guard()),
                                false,
                                GUARD_RESTART_MS));
            }
        }
        Thread.ofPlatform().daemon().name("service-manager").start(this::manage);
    }

    static List<String> join(List<String> one, String... other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(List.of(other));
        return all;
    }

    Path home() {
        return home;
    }

    private String netns(String site) {
        return prefix + "-" + site;
    }

    // Processes

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
            if (!daemon.wanted || daemon.lives() || closed) {
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
        environment.put("ADFER_LAB", home.toString());
        environment.put("ADFER_NODE", name);
        if (daemon.preloaded) {
            environment.put("ADFER_JAVA_OPTIONS", "-Xmx320m");
            environment.put("ADFER_SHIM", shim(name).toString());
            environment.put("LD_PRELOAD", home.resolve("shim.so").toString());
        }
        File log = home.resolve("log").resolve(name + ".log").toFile();
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
                    .ifPresent(process ->
                            run("kill", still ? "-STOP" : "-CONT", Long.toString(process.pid())));
        }
    }

    private Daemon daemon(String name) {
        return Optional.ofNullable(daemons.get(name)).orElseThrow();
    }

    // Hypervisors

    void startVm(Place place, String vm) {
        run(root.resolve("src/lab/virsh").toString(), place.namespace, "start", vm);
    }

    void destroyVm(Place place, String vm) {
        run(root.resolve("src/lab/virsh").toString(), place.namespace, "destroy", vm);
    }

    /** Lets a site's libvirtd stand still, or go on. */
    void freezeHypervisor(Place place, boolean still) {
        try {
            Path pid = home.resolve("pid").resolve(place.namespace + "-libvirtd");
            run("kill", still ? "-STOP" : "-CONT", Files.readString(pid).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Wires

    /** The wires of a site or relay, by the names of their ends there. */
    static List<String> wires(String site) {
        return switch (site) {
            case "dc-a" -> List.of("to-dc-b", "to-relay-1", "to-relay-2");
            case "dc-b" -> List.of("to-dc-a", "to-relay-1", "to-relay-2");
            case "witness" -> List.of("to-relay-1", "to-relay-2");
            case "relay-1" -> List.of("to-dc-a", "to-dc-b", "to-relay-2", "to-witness");
            case "relay-2" -> List.of("to-dc-a", "to-dc-b", "to-relay-1", "to-witness");
            default -> throw new IllegalArgumentException(site);
        };
    }

    /**
     * Gives each site a route to all others that does not go away with them, as one to a provider
     * wouldn't. Without it a send fails at once where the mesh knows no way, and Serf takes no
     * failed send for a sign of anything.
     */
    void routeByDefault() {
        within("dc-a", "ip", "route", "replace", ALL_SITES, "via", "10.78.2.2", "metric", "9999");
        within("dc-b", "ip", "route", "replace", ALL_SITES, "via", "10.78.4.2", "metric", "9999");
        within(
                "witness",
                "ip",
                "route",
                "replace",
                ALL_SITES,
                "via",
                "10.78.7.2",
                "metric",
                "9999");
    }

    void wires(String site, List<String> ends, boolean up) {
        StringBuilder all = new StringBuilder("set -e;");
        for (String end : ends) {
            all.append(" ip link set %s %s;".formatted(end, up ? "up" : "down"));
        }
        within(site, "sh", "-c", all.toString());
    }

    /** Loses some of what a site sends, or receives too; 100 of a hundred is all. */
    void lose(String site, int percent, boolean bothWays) {
        String what = percent >= 100 ? "drop" : "numgen random mod 100 < " + percent + " drop";
        StringBuilder rules = new StringBuilder("table inet lossy {\n");
        String ends = String.join(", ", wires(site));
        rules.append(
                "chain out { type filter hook postrouting priority 300; oifname { %s } %s; }\n"
                        .formatted(ends, what));
        if (bothWays) {
            rules.append(
                    "chain in { type filter hook prerouting priority -300; iifname { %s } %s; }\n"
                            .formatted(ends, what));
        }
        nft(site, rules.append("}").toString());
    }

    /** Makes the wires of a site narrow, and fills them. */
    void slow(Place place, boolean slow) {
        for (String end : wires(place.namespace)) {
            within(
                    place.namespace,
                    slow
                            ? "tc qdisc add dev %s root tbf rate 512kbit burst 2k latency 400ms"
                                    .formatted(end)
                                    .split(" ")
                            : "tc qdisc del dev %s root".formatted(end).split(" "));
        }
        filler.ifPresent(Process::destroyForcibly);
        filler = Optional.empty();
        if (slow) {
            try {
                filler =
                        Optional.of(
                                new ProcessBuilder(
                                                join(
                                                        inside(place.namespace),
                                                        "ping",
                                                        "-q",
                                                        "-i",
                                                        "0.02",
                                                        "-s",
                                                        "1200",
                                                        Place.W.mesh))
                                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                        .start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void loseNothing(String site) {
        nft(site, "add table inet lossy; delete table inet lossy");
    }

    private void nft(String site, String rules) {
        within(site, "nft", rules);
    }

    // Power

    void powerOff(Place place) {
        wires(place.namespace, wires(place.namespace), false);
        kill(place.node);
        kill(place.guard());
        run(root.resolve("src/lab/fault").toString(), "kill", place.namespace);
    }

    /** The power is back: mesh and hypervisor come up, and the host knows that it has booted. */
    void powerOn(Place place) {
        try {
            Path holds = home.resolve("guard").resolve(place.guard()).resolve("holds");
            if (Files.exists(holds)) {
                Files.writeString(
                        holds,
                        Files.readString(holds).replaceAll("(?m)^boot .*$", "boot of-before"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(root.resolve("src/lab/fault").toString(), "restore", place.namespace);
        want(place.guard());
        want(place.node);
    }

    // Disks and clocks of nodes

    private Path shim(String node) {
        return home.resolve("data").resolve(node + ".shim");
    }

    /** Sets a node's wall clock so much off. */
    void stepClock(String node, Duration off) {
        poke(node, 0, off.toNanos());
    }

    /** Makes each of a node's syncs to disk take longer. */
    void slowDisk(String node, Duration longer) {
        poke(node, Long.BYTES, longer.toNanos() / 1_000);
    }

    private void poke(String node, long at, long value) {
        try (FileChannel file = FileChannel.open(shim(node), StandardOpenOption.WRITE)) {
            file.write(
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(value)
                            .flip(),
                    at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves not a byte of a node's disk. */
    void fillDisk(String node) {
        Path filler = home.resolve("data").resolve(node).resolve("filler");
        byte[] block = new byte[4_096];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            timeline.tell("the disk of " + node + " is full");
        }
    }

    void emptyDisk(String node) {
        try {
            Files.deleteIfExists(home.resolve("data").resolve(node).resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Commands

    void within(String site, String... command) {
        run(join(inside(site), command).toArray(String[]::new));
    }

    /** What makes a command one of a site. */
    List<String> inside(String site) {
        return List.of("ip", "netns", "exec", netns(site));
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
            if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
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

    @Override
    public void close() {
        closed = true;
        filler.ifPresent(Process::destroyForcibly);
        daemons.keySet().forEach(this::kill);
    }
}
