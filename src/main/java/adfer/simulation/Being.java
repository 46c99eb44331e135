package adfer.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that runs, and can crash, start again, and stand still for a while without noticing.
 */
abstract class Being {
    final World world;
    final String name;
    private Steady steady;
    private final List<Runnable> parked = new ArrayList<>();
    private boolean up;
    private int frozen;
    private long life;

    Being(World world, String name, Steady steady) {
        this.world = world;
        this.name = name;
        this.steady = steady;
    }

    /** Called at each start, with nothing in memory. */
    abstract void begin();

    /** What goes with a crash. */
    abstract void lose();

    /** Whether it could run. */
    boolean powered() {
        return true;
    }

    final boolean up() {
        return up;
    }

    final boolean frozen() {
        return frozen > 0;
    }

    /** Counts its lives; the first is 1. */
    final long life() {
        return life;
    }

    final long clock() {
        return steady.shows(world.events.now());
    }

    /** Its clock begins anew, as after a boot of its host. */
    final void resetClock() {
        steady = steady.anew(world.events.now());
    }

    /** Does something after a time by this process's clock, if it still lives then. */
    final void after(long nanos, Runnable what) {
        long of = life;
        world.events.after(steady.lasts(nanos), () -> wake(of, what));
    }

    /** Does something now, or as soon as it goes on. */
    final void wake(long of, Runnable what) {
        if (up && life == of) {
            if (frozen()) {
                parked.add(what);
            } else {
                what.run();
            }
        }
    }

    final void start() {
        if (!up && powered()) {
            up = true;
            life++;
            world.say(() -> name + " starts");
            begin();
        }
    }

    final void crash() {
        if (up) {
            up = false;
            parked.clear();
            world.say(() -> name + " crashes");
            lose();
        }
    }

    final void freeze() {
        frozen++;
        world.say(() -> name + " stands still");
    }

    final void thaw() {
        frozen--;
        if (!frozen()) {
            world.say(() -> name + " goes on");
            List<Runnable> due = List.copyOf(parked);
            parked.clear();
            long of = life;
            due.forEach(what -> wake(of, what));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
