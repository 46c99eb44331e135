package adfer.simulation;

import adfer.kernel.HostId;
import adfer.kernel.SiteId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The power of one hypervisor host, and the switch by which others can cut it. Without it neither
 * VMs nor the guard run, nor the nodes that live on the host.
 */
final class Plug {
    final SiteId site;
    final HostId host;
    private final World world;
    private final Guard guard;
    private final List<Node> nodes = new ArrayList<>();
    private boolean on = true;

    Plug(World world, Guard guard) {
        this.world = world;
        this.guard = guard;
        this.site = guard.site;
        this.host = guard.host;
    }

    boolean on() {
        return on;
    }

    void bears(Node node) {
        nodes.add(node);
    }

    boolean bearing(Node node) {
        return nodes.contains(node);
    }

    void pull() {
        if (on) {
            on = false;
            world.counts.count(Counts.Of.HOSTS_CUT);
            world.say(() -> "host " + host + " has no power");
            world.fleet.there(host).forEach(Machine::losePower);
            guard.crash();
            nodes.forEach(Being::crash);
        }
    }

    /** Everything on it is off after the boot but what starts by itself. */
    void push() {
        if (!on && !world.apart.holds(this)) {
            on = true;
            world.say(() -> "host " + host + " boots");
            guard.boot();
            nodes.forEach(Being::start);
        }
    }

    /**
     * Switches it off, as a fence agent does. That may fail, work although it says that it failed,
     * and fail although it says that it worked.
     *
     * @return whether it says that it worked
     */
    boolean switchOff() {
        int luck = world.chance.below(10);
        boolean works = luck < 7;
        if (works && on) {
            pull();
            world.faults.switchedOff(this);
        }
        return works ? luck > 0 : world.chance.percent(world.theme.lies());
    }

    /** What it says when it is asked whether it is on; nothing when it doesn't answer. */
    Optional<Boolean> look() {
        return world.chance.percent(10) ? Optional.empty() : Optional.of(on);
    }
}
