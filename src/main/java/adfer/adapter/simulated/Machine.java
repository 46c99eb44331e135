package adfer.adapter.simulated;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One VM of a simulated site. Changed by the machine room's thread alone. */
final class Machine {
    /** Where it is between off and running. */
    enum Phase {
        OFF,
        /** Ordered to start, not yet reported running. */
        STARTING,
        RUNNING,
        /** Ordered to shut down, still running. */
        STOPPING,
        PAUSED
    }

    private final SiteId site;
    private Blueprint blueprint;
    private String text;
    HostId host;
    Phase phase;

    /** Whether it starts by itself once its site has power again. */
    boolean autostart;

    /** Counts the orders to start and stop: what was due for an earlier one no longer is. */
    int turn;

    /** Completes when the order under way is carried out. */
    CompletableFuture<Void> order = CompletableFuture.completedFuture(null);

    /** Its open ports, once booted. */
    Optional<Loopback.Plug> plug = Optional.empty();

    // Read by the threads that answer clients and write disks.
    volatile Optional<Ownership> mark;
    volatile String boot;
    volatile List<SharedDisk> disks = List.of();
    private volatile Told told = new Told("", "");

    /** What a guest was told to be, which it has forgotten once it boots again. */
    private record Told(String boot, String role) {}

    Machine(SiteId site, Journal.Entry entry) {
        this.site = site;
        this.blueprint = entry.blueprint();
        this.text = blueprint.text();
        this.host = entry.host();
        this.phase = entry.phase();
        this.mark = entry.mark();
        this.boot = entry.boot();
        this.autostart = entry.autostart();
    }

    Blueprint blueprint() {
        return blueprint;
    }

    void blueprint(Blueprint changed) {
        blueprint = changed;
        text = changed.text();
    }

    boolean on() {
        return phase != Phase.OFF;
    }

    Power power() {
        return switch (phase) {
            case OFF -> Power.OFF;
            case STARTING -> Power.UNKNOWN;
            case RUNNING, STOPPING -> Power.RUNNING;
            case PAUSED -> Power.PAUSED;
        };
    }

    Vm vm(Power reported) {
        return blueprint.vm(host, reported, mark, text).withAutostart(autostart);
    }

    Journal.Entry entry() {
        return new Journal.Entry(blueprint, host, phase, boot, mark, autostart);
    }

    /** What the guest says of itself now. */
    GuestState guest() {
        return new GuestState(
                blueprint.name(),
                site,
                mark.map(Ownership::epoch).orElse(Epoch.NONE),
                disks.stream().mapToLong(SharedDisk::counter).max().orElse(0),
                boot,
                told.boot().equals(boot) ? told.role() : "");
    }

    /** The guest as its clients meet it. */
    Guest asGuest() {
        return new Guest() {
            @Override
            public GuestState state() {
                return guest();
            }

            @Override
            public void play(String role) {
                told = new Told(boot, role);
            }
        };
    }
}
