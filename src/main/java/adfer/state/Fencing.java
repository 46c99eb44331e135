package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.run.TaskProgress.Executor;

import java.time.Instant;
import java.util.Optional;

/**
 * The power fence of one host: the latest order to switch it off, and what came of it. It outlives
 * whoever was told: an order without an outcome whose executor is gone is given to another, since
 * switching off twice does no harm.
 *
 * @param order the log index of the order
 * @param executor which node was told, in which of its lives
 * @param tries how many orders in a row it took, this one included, since the last that ended well
 *     or was belied
 * @param sign the log index of the latest sign of life of the site since the order, 0 for none
 * @param end why it says nothing of the present any more, in a sentence
 */
public record Fencing(
        SiteId site,
        HostId host,
        long order,
        Actor by,
        String reason,
        Executor executor,
        int tries,
        Instant at,
        long sign,
        Optional<Outcome> outcome,
        Optional<String> end)
        implements Entity {
    /**
     * What the executor observed.
     *
     * @param off whether the host was seen off
     * @param agent what switched it off and looked
     * @param sentence what was seen, or why it can't be had
     * @param index the log index at which it is known
     */
    public record Outcome(boolean off, String agent, String sentence, long index, Instant at) {}

    /** How it stands. */
    public enum Standing {
        UNDER_WAY,
        OFF,
        FAILED,
        /** The site has shown since that it lives, or nobody can know whether it has. */
        VOID
    }

    public static Fencing ordered(
            SiteId site,
            HostId host,
            long index,
            Actor by,
            String reason,
            Executor executor,
            int tries,
            Instant at) {
        return new Fencing(
                site,
                host,
                index,
                by,
                reason,
                executor,
                tries,
                at,
                0,
                Optional.empty(),
                Optional.empty());
    }

    public Standing standing() {
        if (end.isPresent()) {
            return Standing.VOID;
        }
        return outcome.map(seen -> seen.off() ? Standing.OFF : Standing.FAILED)
                .orElse(Standing.UNDER_WAY);
    }

    Fencing with(Outcome seen) {
        return new Fencing(
                site, host, order, by, reason, executor, tries, at, sign, Optional.of(seen), end);
    }

    /** The site lives: what is being looked at has to be looked at again, and what was is void. */
    Fencing belied(long index) {
        Optional<String> why =
                standing() == Standing.UNDER_WAY
                        ? Optional.empty()
                        : Optional.of(
                                "site " + site + " claimed its leases at index " + index + ".");
        return new Fencing(site, host, order, by, reason, executor, tries, at, index, outcome, why);
    }

    Fencing ended(String why) {
        return new Fencing(
                site,
                host,
                order,
                by,
                reason,
                executor,
                tries,
                at,
                sign,
                outcome,
                Optional.of(why));
    }

    /** In one sentence. */
    public String sentence() {
        String which = "Host " + host + " of site " + site;
        return switch (standing()) {
            case UNDER_WAY -> which + " is being switched off by node " + executor.node() + ".";
            case OFF ->
                    which
                            + " was switched off by "
                            + outcome.orElseThrow().agent()
                            + " at node "
                            + executor.node()
                            + ", and seen off.";
            case FAILED ->
                    which
                            + " could not be switched off by node "
                            + executor.node()
                            + ": "
                            + outcome.orElseThrow().sentence();
            case VOID -> which + " was fenced, but since then " + end.orElse("");
        };
    }

    @Override
    public Key key() {
        return key(site, host);
    }

    public static Key key(SiteId site, HostId host) {
        return new Key(Kind.FENCING, site + "/" + host);
    }
}
