package adfer.simulation;

import adfer.kernel.SiteId;

import java.util.List;

/**
 * Losses of the majority, for long: a data centre goes, and the witness with it or after it, where
 * there is one; or the data centre that survives is the one that is cut off.
 */
final class Disasters {
    private final World world;
    private final Faults faults;

    Disasters(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    void strike() {
        if (world.theme == Theme.PARTED) {
            world.events.after(
                    world.chance.millis(5_000, 40_000),
                    () -> {
                        if (world.stormy()) {
                            part(world.chance.of(List.of(Books.A, Books.B)));
                            strike();
                        }
                    });
        }
    }

    private void part(SiteId survivor) {
        long time = world.chance.millis(30_000, 110_000);
        if (world.chance.percent(30)) {
            faults.cutOff(survivor, time);
            return;
        }
        lose(Books.other(survivor), time);
        world.nodesOf(World.WITNESS)
                .forEach(witness -> {
                    long later = world.chance.percent(50) ? 0 : world.chance.millis(0, 25_000);
                    world.events.after(
                            later,
                            () -> {
                                if (world.stormy()) {
                                    if (world.chance.percent(50)) {
                                        faults.cutOff(World.WITNESS, time);
                                    } else {
                                        faults.crash(witness, () -> time);
                                    }
                                }
                            });
                });
    }

    private void lose(SiteId site, long time) {
        switch (world.chance.below(3)) {
            case 0 -> faults.losePower(site, () -> time);
            case 1 -> world.nodesOf(site).forEach(node -> faults.crash(node, () -> time));
            default -> faults.cutOff(site, time);
        }
    }
}
