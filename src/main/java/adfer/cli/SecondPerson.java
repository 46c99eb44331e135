package adfer.cli;

import adfer.cli.Terminal.Tone;
import adfer.kernel.RunId;
import adfer.service.Views;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Waits until a second person has confirmed the start of a run, and says so while it does. How long
 * is left goes by a steady clock, since this machine's time of day may not be the cluster's.
 */
final class SecondPerson {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration SAY_EVERY = Duration.ofMinutes(1);

    /** How long after the end of the wait it is asked on where no node answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Between the cluster's end of the wait and the one that is measured here. */
    private static final Duration NARROW = Duration.ofSeconds(2);

    private final Client client;
    private final Terminal terminal;
    private final Views.WishView wish;
    private final RunId run;
    private final LongSupplier steadyNanos;
    private final Rest rest;
    private final Duration within;
    private final long began;
    private Duration said = Duration.ZERO;

    /** How time passes. */
    interface Rest {
        void rest(Duration time) throws InterruptedException;
    }

    SecondPerson(Client client, Terminal terminal, WaitsException waits) {
        this(client, terminal, waits, System::nanoTime, Thread::sleep);
    }

    /**
     * @throws WaitsException where it is no run that waits
     */
    SecondPerson(
            Client client,
            Terminal terminal,
            WaitsException waits,
            LongSupplier steadyNanos,
            Rest rest) {
        this.client = client;
        this.terminal = terminal;
        this.wish = waits.wish();
        this.run = wish.run().orElseThrow(() -> waits);
        this.steadyNanos = steadyNanos;
        this.rest = rest;
        this.within = WaitsException.within(wish);
        this.began = steadyNanos.getAsLong();
    }

    /**
     * @return the run, once it has begun
     * @throws CliException with what holds, where it never will
     */
    RunId begun() {
        terminal.line(terminal.in(Tone.WARN, "? " + wish.sentence()));
        terminal.line(
                "It waits for "
                        + Terminal.duration(within)
                        + ". Ctrl-C ends only this command; to take it back: "
                        + withdrawal());
        Thread farewell = new Thread(() -> terminal.line(standing()), "farewell");
        Runtime.getRuntime().addShutdownHook(farewell);
        Optional<RunId> begun = Optional.empty();
        try {
            while (begun.isEmpty()) {
                pause();
                sayHowLong();
                begun = look();
            }
            return begun.get();
        } finally {
            forget(farewell);
        }
    }

    private static void forget(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            // Then it is being said.
        }
    }

    private void sayHowLong() {
        if (waited().minus(said).compareTo(SAY_EVERY) >= 0) {
            said = said.plus(SAY_EVERY);
            if (said.compareTo(within) < 0) {
                terminal.line(
                        "Still waiting for a second person, for "
                                + Terminal.duration(within.minus(said))
                                + " more: ./adfer wishes confirm "
                                + wish.id());
            }
        }
    }

    private Optional<RunId> look() {
        try {
            client.raw("/api/v1/wishes/" + Client.encode(wish.id()));
            return Optional.empty();
        } catch (CliException e) {
            return switch (e.exitCode()) {
                case ExitCode.REFUSED -> whatCameOfIt();
                case ExitCode.NOT_SIGNED_IN ->
                        throw new CliException(e.exitCode(), e.getMessage() + " " + standing());
                default -> unknown(e);
            };
        }
    }

    /** What waits no more has begun, or never will; whoever is behind doesn't know. */
    private Optional<RunId> whatCameOfIt() {
        try {
            client.raw("/api/v1/overview?newest=true");
            client.raw("/api/v1/runs/" + run);
            return Optional.of(run);
        } catch (CliException e) {
            if (e.exitCode() != ExitCode.REFUSED) {
                return unknown(e);
            }
            throw new CliException(ExitCode.REFUSED, nothing());
        }
    }

    private String nothing() {
        return left().compareTo(NARROW) <= 0
                ? "Nobody has confirmed it within "
                        + Terminal.duration(within)
                        + ", so nothing was started. Ask for it anew."
                : "It was withdrawn, or your rights were changed meanwhile, so nothing was started."
                        + " More: ./adfer audit "
                        + wish.id();
    }

    private Optional<RunId> unknown(CliException e) {
        if (left().plus(PATIENCE).isNegative()) {
            throw new CliException(
                    e.exitCode(),
                    e.getMessage()
                            + " Whether somebody has confirmed it isn't known here: ./adfer run"
                            + " list will say.");
        }
        return Optional.empty();
    }

    private String standing() {
        Duration left = left();
        return left.isNegative()
                ? "Whether somebody has confirmed it, ./adfer run list will say."
                : "It still waits, for "
                        + Terminal.duration(Duration.ofSeconds(left.toSeconds()))
                        + ": whoever confirms it until then starts it. To take it back: "
                        + withdrawal();
    }

    private String withdrawal() {
        return "./adfer wishes withdraw " + wish.id();
    }

    private Duration waited() {
        return Duration.ofNanos(steadyNanos.getAsLong() - began);
    }

    private Duration left() {
        return within.minus(waited());
    }

    private void pause() {
        try {
            rest.rest(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, standing());
        }
    }
}
