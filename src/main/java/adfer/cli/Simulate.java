package adfer.cli;

import adfer.cli.Terminal.Tone;
import adfer.simulation.Counts;
import adfer.simulation.Simulation;
import adfer.simulation.Simulation.Failure;
import adfer.simulation.Simulation.Outcome;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code adfer simulate}: tries the core in worlds full of faults. */
@Command(
        name = "simulate",
        description = {
            "Lets the core run in simulated worlds full of faults, one from each seed, and checks"
                    + " after every event that nothing unsafe has happened.",
            "A seed that fails is told with what led to it, and repeats itself exactly."
        },
        footer = {
            "",
            "Examples: adfer simulate --seeds 10000",
            "          adfer simulate --seed 4711 --trace"
        })
public final class Simulate implements Callable<Integer> {
    private static final int LAST_LINES = 60;

    /** Worlds that may be ahead of the one that is told next, for each that runs. */
    private static final int AHEAD = 4;

    @Option(names = "--seeds", description = "How many worlds (default 1000).")
    private int seeds = 1_000;

    @Option(names = "--from", description = "The first of their seeds (default 1).")
    private long from = 1;

    @Option(names = "--seed", description = "This one world alone.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--trace", description = "Tells everything that happens in it.")
    private boolean trace;

    @Option(
            names = "--double-faults",
            description =
                    "Lets a guard fail just when its site can't renew its leases, which no lease"
                            + " survives without a further fence.")
    private boolean doubleFaults;

    private final Terminal terminal = Terminal.standard();
    private final Counts counts = new Counts();
    private double seconds;
    private long events;
    private int failed;

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1) {
            throw new IllegalArgumentException("--seeds must be 1 or more, not " + seeds + ".");
        }
        if (trace && seed.isEmpty()) {
            throw new IllegalArgumentException("--trace tells of one world: name its --seed.");
        }
        long first = seed.orElse(from);
        long count = seed.isPresent() ? 1 : seeds;
        long begun = System.nanoTime();
        runAll(first, count);
        report(count, (System.nanoTime() - begun) / 1e9);
        return failed > 0 ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** As many at once as there are processors, told in the order of their seeds. */
    private void runAll(long first, long count) throws InterruptedException {
        int atOnce = Runtime.getRuntime().availableProcessors();
        Deque<Future<Outcome>> ahead = new ArrayDeque<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(atOnce)) {
            long begun = first;
            for (long world = first; world < first + count; world++) {
                for (; begun < first + count && ahead.size() < AHEAD * atOnce; begun++) {
                    long next = begun;
                    ahead.add(workers.submit(() -> run(next)));
                }
                take(world, outcome(ahead.remove()));
                terminal.over(
                        (world - first + 1) + " of " + count + " worlds, " + failed + " failed");
            }
        }
    }

    private static Outcome outcome(Future<Outcome> running) throws InterruptedException {
        try {
            return running.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Outcome run(long world) {
        return trace ? Simulation.traced(world, doubleFaults) : Simulation.run(world, doubleFaults);
    }

    private void take(long world, Outcome outcome) {
        outcome.trace().forEach(terminal::line);
        counts.add(outcome.counts());
        seconds += outcome.seconds();
        events += outcome.events();
        outcome.failure().ifPresent(failure -> tell(world, failure));
    }

    private void tell(long world, Failure failure) {
        failed++;
        if (!trace) {
            List<String> lines = Simulation.traced(world, doubleFaults).trace();
            terminal.line("");
            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                    .forEach(terminal::line);
        }
        terminal.line(
                terminal.in(
                        Tone.BAD,
                        String.format(
                                Locale.ROOT,
                                "Seed %d, at %.4f s: %s %s",
                                world,
                                failure.atSecond(),
                                failure.rule(),
                                failure.what())));
        terminal.line(
                "Again: adfer simulate --seed "
                        + world
                        + " --trace"
                        + (doubleFaults ? " --double-faults" : ""));
    }

    private void report(long worlds, double took) {
        terminal.line("");
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "%d worlds, %d failed: %.1f hours simulated, %d events in %.1f s (%.0f a"
                                + " second).",
                        worlds,
                        failed,
                        seconds / 3_600,
                        events,
                        took,
                        events / took));
        for (Counts.Of what : Counts.Of.values()) {
            terminal.line(String.format(Locale.ROOT, "%,12d %s", counts.of(what), what.words()));
        }
    }
}
