package adfer.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The lab's machinery: its sites with their processes, wires, power, disks and clocks.
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
        static final List<Place> CENTRES = List.of(A, B);

        /** The guard of its only host; the witness has none. */
        String guard() {
            return site + "-host";
        }
    }

    private final Path root;
    private final Commands commands;
    private final Timeline timeline;
    private final Daemons daemons;
    private final Wires wires;

    /**
     * @param root Adfer's source tree
     * @param home the lab's directory
     * @param prefix of its namespaces' names
     */
    Lab(Path root, Path home, String prefix, Timeline timeline) {
        this.root = root;
        this.commands = new Commands(home, prefix);
        this.timeline = timeline;
        this.daemons = new Daemons(commands, timeline, name -> !dark(placeOf(name)));
        this.wires = new Wires(commands);
        String adfer = root.resolve("adfer").toString();
        String config = root.resolve("src/lab/lib/faults/config.yml").toString();
        for (Place place : Place.values()) {
            List<String> within = commands.inside(place.namespace);
            daemons.addNode(place.node, Commands.join(within, adfer, "server", config));
            if (place != Place.W) {
                daemons.addGuard(
                        place.guard(),
                        Commands.join(within, adfer, "guard", config, "--host", place.guard()));
            }
        }
    }

    private static Place placeOf(String process) {
        return Place.ALL.stream()
                .filter(place -> process.startsWith(place.site))
                .findFirst()
                .orElseThrow();
    }

    Path home() {
        return commands.home();
    }

    Commands commands() {
        return commands;
    }

    Daemons daemons() {
        return daemons;
    }

    Wires wires() {
        return wires;
    }

    /** Starts all nodes and guards. */
    void start() {
        for (Place place : Place.values()) {
            daemons.want(place.node);
            if (place != Place.W) {
                daemons.want(place.guard());
            }
        }
    }

    // Hypervisors

    void startVm(Place place, String vm) {
        commands.run(script("virsh"), place.namespace, "start", vm);
    }

    void destroyVm(Place place, String vm) {
        commands.run(script("virsh"), place.namespace, "destroy", vm);
    }

    /** Lets a site's libvirtd stand still, or go on. */
    void freezeHypervisor(Place place, boolean still) {
        try {
            Path pid = home().resolve("pid").resolve(place.namespace + "-libvirtd");
            commands.stand(Long.parseLong(Files.readString(pid).strip()), still);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Power

    /** Whether a site has no power, whoever cut it. */
    boolean dark(Place place) {
        return Files.exists(home().resolve("pid").resolve(place.namespace + "-without-power"));
    }

    void powerOff(Place place) {
        wires.set(place.namespace, Wires.of(place.namespace), false);
        daemons.kill(place.node);
        daemons.kill(place.guard());
        switchPower(place, "kill");
    }

    /** The power is back, if it was away: mesh and hypervisor come up. */
    void powerOn(Place place) {
        synchronized (place) {
            if (dark(place)) {
                switchPower(place, "restore");
            }
        }
        daemons.want(place.guard());
        daemons.want(place.node);
    }

    /** Does something while a site has no power, which doesn't come back meanwhile. */
    void whileDark(Place place, Runnable action) {
        synchronized (place) {
            if (dark(place)) {
                action.run();
            }
        }
    }

    /** One at a time: a fence may be at the same switch. */
    private void switchPower(Place place, String what) {
        Path lock = home().resolve("pid").resolve(place.namespace + "-switch");
        commands.run("flock", "--close", lock.toString(), script("fault"), what, place.namespace);
    }

    private String script(String name) {
        return root.resolve("src/lab").resolve(name).toString();
    }

    // Disks and clocks of nodes

    /** What steps a node's clock and slows its disk. */
    static Path shim(Path home, String node) {
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
        try (FileChannel file = FileChannel.open(shim(home(), node), StandardOpenOption.WRITE)) {
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
        Path filler = home().resolve("data").resolve(node).resolve("filler");
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
            Files.deleteIfExists(home().resolve("data").resolve(node).resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        wires.close();
        daemons.close();
    }
}
