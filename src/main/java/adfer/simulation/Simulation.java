package adfer.simulation;

import adfer.simulation.Violation.Invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs worlds from seeds: a storm of faults in which nothing unsafe may happen, and then calm, in
 * which everything must come to its end.
 */
public final class Simulation {
    private static final long STORM = 150 * Events.SECOND;
    private static final long CALM = 600 * Events.SECOND;
    private static final long LOOK = 5 * Events.SECOND;

    private Simulation() {}

    /**
     * How one world went.
     *
     * @param hash equal for two histories that went alike
     * @param trace what happened, where it was asked for
     */
    public record Outcome(
            long seed,
            double seconds,
            long events,
            long hash,
            Counts counts,
            Optional<Failure> failure,
            List<String> trace) {}

    /** An invariant that did not hold, in words. */
    public record Failure(String invariant, String rule, String what, double atSecond) {}

    /**
     * @param doubleFaults whether guards may fail while their site can't renew its leases, which
     *     nothing survives without a further fence
     */
    public static Outcome run(long seed, boolean doubleFaults) {
        return run(seed, List.of(), doubleFaults, Optional.empty());
    }

    /** The same once more, telling what happens. */
    public static Outcome traced(long seed, boolean doubleFaults) {
        return run(seed, List.of(), doubleFaults, Optional.of(new ArrayList<>()));
    }

    static Outcome run(
            long seed,
            List<Mutation> mutations,
            boolean doubleFaults,
            Optional<List<String>> trace) {
        World world = new World(seed, mutations, doubleFaults, trace);
        Optional<Failure> failure = Optional.empty();
        try {
            live(world);
        } catch (Violation violation) {
            Invariant broken = violation.invariant();
            failure =
                    Optional.of(
                            new Failure(
                                    broken.name(),
                                    broken.sentence(),
                                    String.valueOf(violation.getMessage()),
                                    seconds(world)));
        }
        return new Outcome(
                seed,
                seconds(world),
                world.events.handled(),
                world.events.hash(),
                world.counts,
                failure,
                trace.map(List::copyOf).orElse(List.of()));
    }

    private static double seconds(World world) {
        return (double) world.events.now() / Events.SECOND;
    }

    private static void live(World world) {
        world.begin();
        world.events.passUntil(STORM);
        world.calm();
        long end = STORM + CALM;
        do {
            world.events.passUntil(world.events.now() + LOOK);
        } while (world.checks.unsettled().isPresent() && world.events.now() < end);
        world.checks
                .unsettled()
                .ifPresent(what -> {
                    throw new Violation(Invariant.ENDS, what);
                });
    }
}
