package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.state.Command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Accounts behind glass: two of them open each other, at one node and within some minutes. Knocks
 * are in this node's memory, so it takes no majority; every use is told to everybody, in the log at
 * once and in the audit trail as soon as there is a majority.
 */
public final class Glass implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Glass.class);

    /** Nobody signs in so often; what comes on top is in the log only. */
    private static final int MOST_UNTOLD = 100;

    private final NodeId self;
    private final Policy policy;
    private final LongSupplier steadyNanos;
    private final Map<String, Long> knocks = new HashMap<>();
    private final Teller teller;

    /**
     * What the configuration says.
     *
     * @param within how long a first account waits for a second one
     * @param sessionFor how long both may stay
     */
    public record Policy(Duration within, Duration sessionFor) {}

    public Glass(NodeId self, Submitter submitter, Policy policy, LongSupplier steadyNanos) {
        this.self = self;
        this.policy = policy;
        this.steadyNanos = steadyNanos;
        this.teller = new Teller("glass", submitter, MOST_UNTOLD);
    }

    Duration sessionFor() {
        return policy.sessionFor();
    }

    /** The right password of a sealed account was given; true where it lets in. */
    Result<Boolean> knock(Actor by, String address) {
        boolean opened = knocked(by.name());
        LOG.warn(
                "Break-glass account {} {} from {}.",
                by.name(),
                opened ? "was opened together with another one" : "was knocked at",
                address);
        teller.tell(by, new Command.UseGlass(by.name(), self, opened));
        return opened
                ? Result.ok(true)
                : Result.refused(
                        "glass-waits",
                        "The password is right, and everybody is told. Nothing opens yet: a second"
                                + " break-glass account has to sign in at this very node, "
                                + self
                                + ", within "
                                + policy.within().toMinutes()
                                + " min; then sign in again.");
    }

    private synchronized boolean knocked(String name) {
        long now = steadyNanos.getAsLong();
        knocks.values().removeIf(at -> now - at > policy.within().toNanos());
        knocks.put(name, now);
        return knocks.size() > 1;
    }

    /** What is not in the audit trail yet, for those who look at this node. */
    List<String> untold() {
        return teller.untold().stream()
                .flatMap(
                        what -> what instanceof Command.UseGlass use ? Stream.of(use) : Stream.of())
                .map(use ->
                        "Break-glass account "
                                + use.name()
                                + (use.opened() ? " was opened" : " was knocked at")
                                + " at this node; that is not in the audit trail yet.")
                .toList();
    }

    @Override
    public void close() {
        teller.close();
    }
}
