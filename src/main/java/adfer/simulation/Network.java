package adfer.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Carries messages between processes: late, lost, doubled, in another order, or not at all. */
final class Network {
    private final World world;
    private final List<Cut> cuts = new ArrayList<>();

    /** Nothing gets from one of these to one of those. */
    record Cut(Set<String> from, Set<String> to) {
        boolean stops(Being sender, Being receiver) {
            return from.contains(sender.name) && to.contains(receiver.name);
        }
    }

    Network(World world) {
        this.world = world;
    }

    void add(Cut cut) {
        cuts.add(cut);
    }

    void heal(Cut cut) {
        cuts.remove(cut);
    }

    boolean carries(Being from, Being to) {
        return !world.apart.separates(from, to) && linked(from, to);
    }

    /** Whether messages would get from each to the other, if nobody kept them apart on purpose. */
    boolean joins(Being one, Being other) {
        return linked(one, other) && linked(other, one);
    }

    private boolean linked(Being from, Being to) {
        for (Cut cut : cuts) {
            if (cut.stops(from, to)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Sends a message, as soon as its sender goes on; it reaches the life that the receiver has
     * when it arrives.
     */
    void send(Being from, Being to, Runnable message) {
        if (from.frozen()) {
            from.wake(from.life(), () -> send(from, to, message));
            return;
        }
        if (from.equals(to)) {
            from.after(0, message);
            return;
        }
        if (!carries(from, to) || (world.stormy() && world.chance.percent(1))) {
            return;
        }
        deliver(to, message);
        if (world.stormy() && world.chance.percent(1)) {
            deliver(to, message);
        }
    }

    private void deliver(Being to, Runnable message) {
        boolean slow = world.stormy() && world.chance.percent(1);
        long delay = slow ? world.chance.millis(20, 3_000) : world.chance.micros(200, 8_000);
        world.events.after(delay, () -> to.wake(to.life(), message));
    }
}
