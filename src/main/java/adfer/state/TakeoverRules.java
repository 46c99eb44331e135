package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.state.Founding.Consent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a node may found a new generation, and by whose word. */
public final class TakeoverRules {
    private TakeoverRules() {}

    /**
     * How this node is placed.
     *
     * @param pictured whether it has the picture of the generation that it belongs to; a node that
     *     has just rejoined waits for it
     * @param leader who leads, as far as this node knows
     * @param leaderless for how long nobody has led
     * @param voters how many nodes vote
     * @param heard how many of them are heard now, this node included
     */
    public record Situation(
            boolean quarantined,
            boolean dataCentre,
            boolean pictured,
            Optional<String> leader,
            Duration leaderless,
            int voters,
            int heard) {
        boolean majority() {
            return 2 * heard > voters;
        }
    }

    /** Why there can't be a takeover here and now. */
    public static Optional<Problem> hindrance(Situation at, Duration leaderlessFor) {
        if (at.quarantined()) {
            return problem(
                    "quarantined",
                    "This node is in quarantine: another site has taken over already. See ./adfer"
                            + " rejoin.");
        }
        if (!at.dataCentre()) {
            return problem(
                    "witness",
                    "This node is a witness and runs nothing, so there is nothing to take over"
                            + " here. Go to a node of the data centre that survives.");
        }
        if (!at.pictured()) {
            return problem(
                    "no-picture",
                    "This node has rejoined, and nothing of the cluster has reached it since. There"
                            + " is nothing to go on from here. Go to a node that has not left.");
        }
        if (at.leader().isPresent()) {
            return problem(
                    "majority-lives",
                    "Node "
                            + at.leader().get()
                            + " leads, so the cluster has its majority: there is nothing to take"
                            + " over.");
        }
        if (at.majority()) {
            return problem(
                    "majority-heard",
                    at.heard()
                            + " of "
                            + at.voters()
                            + " nodes are heard, a majority, and may elect a leader any moment:"
                            + " there is nothing to take over. If they can't, see why; or stop"
                            + " those that are to be given up.");
        }
        if (at.leaderless().compareTo(leaderlessFor) < 0) {
            return problem(
                    "too-early",
                    "This node has been without a leader for "
                            + at.leaderless().toSeconds()
                            + " s only; a takeover can begin after "
                            + leaderlessFor.toSeconds()
                            + " s.");
        }
        return Optional.empty();
    }

    /**
     * How old a word is that this node was told in an earlier life: by the wall clock, since no
     * other goes on meanwhile. One that is too old counts for nothing, nor one from a time to come.
     */
    public static Optional<Duration> age(Instant said, Instant now, Duration within) {
        Duration age = Duration.between(said, now);
        return age.isNegative() || age.compareTo(within) >= 0 ? Optional.empty() : Optional.of(age);
    }

    /**
     * What is wrong with one person's word.
     *
     * @param first the first person's, where this is to be the second
     */
    public static Optional<Problem> objection(
            Actor actor, String words, String typed, String confirmation, Optional<Consent> first) {
        if (actor.name().isBlank() || actor.name().equalsIgnoreCase("anonymous")) {
            return problem("no-name", "Say who you are; it is recorded.");
        }
        if (words.isBlank() || words.strip().length() > Consent.MAX_WORDS) {
            return problem(
                    "no-words",
                    "Say in your own words, at most "
                            + Consent.MAX_WORDS
                            + " characters, how you made sure that what is missing is off, or will"
                            + " stay cut off.");
        }
        if (!typed.strip().equals(confirmation)) {
            return problem("not-confirmed", "Type \"" + confirmation + "\" to confirm.");
        }
        return first.filter(consent -> !consent.isAnother(actor))
                .flatMap(consent ->
                        problem(
                                "two-people-needed",
                                consent.by().name()
                                        + " has asked for it; a second person has to confirm it."));
    }

    /**
     * Nobody answers for what was not asked: what is missing must not have become more since the
     * first person's word.
     *
     * @param asked the sites that were lost then
     * @param lost those that are now
     */
    public static Optional<Problem> outgrown(Consent first, List<SiteId> asked, List<SiteId> lost) {
        return lost.stream()
                .filter(site -> !asked.contains(site))
                .findFirst()
                .flatMap(site ->
                        problem(
                                "asked-for-less",
                                first.by().name()
                                        + " asked for a takeover when site "
                                        + site
                                        + " could still be heard, and has not answered for it. Ask"
                                        + " anew."));
    }

    /**
     * The first command of the generation that begins where this one ends.
     *
     * @param atFork all that the founder has, committed or not
     */
    public static Command.FoundGeneration first(
            ClusterState atFork,
            NodeId founder,
            List<Consent> by,
            List<SiteId> lost,
            String risk,
            AttestationTerms terms) {
        Generation next = atFork.generation().next(atFork.index(), founder, atFork.auditHead());
        return new Command.FoundGeneration(next, by, lost, risk, terms);
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
