package adfer.simulation;

import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.simulation.Violation.Invariant;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Founding.Consent;
import adfer.state.TakeoverRules;
import adfer.state.TakeoverRules.Situation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * People who take over at a node whose majority is gone, and later let those rejoin who come back.
 * Most have made sure that what is missing is off, or stays cut off; some only say so.
 */
final class Founders {
    private static final String PHRASE = "take over";
    private static final List<Actor> ALL =
            List.of(new Actor("jane", "cli"), new Actor("joe", "cli"), new Actor("Jane ", "cli"));

    private final World world;
    private final Duration leaderlessFor;
    private boolean asked;

    Founders(World world) {
        this.world = world;
        this.leaderlessFor =
                Duration.ofSeconds(
                        world.theme == Theme.PARTED ? world.chance.of(List.of(5, 15, 30)) : 30);
    }

    /** Somebody at a node sees that nobody leads, or that it is in quarantine. */
    void fumble(Node node) {
        if (node.belonging().quarantined()) {
            if (world.chance.percent(20)) {
                node.rejoin();
            }
        } else if (!asked && hindrance(node).isEmpty() && world.chance.percent(50)) {
            boolean madeSure = !world.liars() || world.chance.percent(50);
            if (madeSure ? mayMakeSure(node) : world.chance.percent(50)) {
                ask(node, madeSure);
            }
        }
    }

    private boolean mayMakeSure(Node node) {
        return node.belonging().generation().equals(world.generations.latest())
                && !world.apart.busy()
                && (world.mutated(Mutation.WORD_UNCHECKED) || world.apart.begin(node));
    }

    private Optional<String> hindrance(Node node) {
        boolean blind = world.mutated(Mutation.TAKEOVER_BESIDE_A_LEADER);
        Situation at =
                new Situation(
                        node.belonging().quarantined(),
                        node.worker,
                        node.state().generation().equals(node.belonging().generation()),
                        blind ? Optional.empty() : node.member.known().map(leader -> leader.name),
                        blind ? leaderlessFor : Duration.ofNanos(node.member.leaderlessFor()),
                        node.member.electorate.voters().size(),
                        blind ? 0 : heard(node));
        return node.partakes()
                ? TakeoverRules.hindrance(at, leaderlessFor).map(problem -> problem.sentence())
                : Optional.of("Its log is not open.");
    }

    private int heard(Node node) {
        return Math.toIntExact(
                node.member.electorate.voters().stream()
                        .map(world.nodes::get)
                        .filter(other -> hears(node, other))
                        .filter(other -> other.member.takesPart(node.belonging().generation()))
                        .count());
    }

    /** The second person's word comes when a lease has run out that was renewed at the first's. */
    private void ask(Node node, boolean madeSure) {
        asked = true;
        Consent first = consent(node, madeSure);
        List<SiteId> lost = lost(node);
        long least = madeSure ? world.profile.terms().waits().toNanos() : 0;
        long of = node.life();
        world.events.after(
                least + world.chance.millis(500, 15_000),
                () -> {
                    asked = false;
                    Consent second = consent(node, madeSure);
                    boolean stands = node.life() == of && !node.frozen();
                    if (stands
                            && hindrance(node).isEmpty()
                            && objection(first, lost, second, lost(node)).isEmpty()) {
                        if (!lost.containsAll(lost(node))) {
                            throw new Violation(
                                    Invariant.TWO_PEOPLE,
                                    "The first was asked about " + lost + " only.");
                        }
                        takeOver(node, List.of(first, second), madeSure);
                    } else if (madeSure) {
                        world.apart.giveUp();
                    }
                });
    }

    private Consent consent(Node node, boolean madeSure) {
        return new Consent(
                world.chance.of(ALL),
                madeSure ? Witnesses.KEPT_APART : Witnesses.GUESSED,
                node.wallClock());
    }

    private Optional<Problem> objection(
            Consent first, List<SiteId> asked, Consent second, List<SiteId> lost) {
        return TakeoverRules.objection(
                        second.by(), second.words(), PHRASE, PHRASE, Optional.of(first))
                .or(() ->
                        world.mutated(Mutation.WORD_STRETCHED)
                                ? Optional.empty()
                                : TakeoverRules.outgrown(first, asked, lost));
    }

    private void takeOver(Node node, List<Consent> by, boolean madeSure) {
        boolean led =
                world.nodes.stream()
                        .map(other -> other.member)
                        .anyMatch(member -> member.leading() && member.hears(node, node.life()));
        if (led) {
            throw new Violation(
                    Invariant.NO_TAKEOVER_BESIDE_A_LEADER,
                    "People take over at " + node + ", which a leader hears.");
        }
        if (madeSure) {
            world.apart.makeSure(node);
        }
        List<SiteId> lost = lost(node);
        int applied = (int) node.state().index();
        History before = node.history();
        History next =
                new History(
                        world,
                        before,
                        node.member.slots(),
                        atFork -> first(node, atFork, by, lost),
                        node.number);
        if (!next.keeps(before, applied)) {
            throw new Violation(
                    Invariant.NOTHING_LOST,
                    next.generation() + " lacks what " + node + " knew to be committed.");
        }
        world.counts.count(madeSure ? Counts.Of.TAKEOVERS : Counts.Of.TAKEOVERS_BY_A_LIE);
        world.counts.count(Counts.Of.ENTRIES_LEFT_BEHIND, before.size() - applied);
        world.say(() -> "at " + node + " begins " + next.generation() + ", without " + lost);
        world.truth.founded(lost, madeSure);
        world.generations.add(next.generation(), next);
        world.checks.founded(next);
        next.begin();
        node.founded(next);
        world.apart.heard(node);
        if (madeSure && !world.mutated(Mutation.WORD_UNCHECKED)) {
            world.apart.founded(node);
        }
        world.nodes.forEach(other -> other.lookout.speakUp());
    }

    private Entry first(Node node, ClusterState atFork, List<Consent> by, List<SiteId> lost) {
        Command command =
                TakeoverRules.first(atFork, node.id(), by, lost, "Something.", world.attesting());
        Consent first = by.getFirst();
        return new Entry("", first.by(), node.wallClock(), first.words(), command);
    }

    /** The sites of which the node hears nobody. */
    private List<SiteId> lost(Node node) {
        Stream<Node> silent = world.nodes.stream().filter(other -> !hears(node, other));
        return silent.map(other -> other.site)
                .distinct()
                .filter(site -> world.nodesOf(site).stream().noneMatch(n -> hears(node, n)))
                .sorted()
                .toList();
    }

    private boolean hears(Node node, Node other) {
        return other.equals(node)
                || (other.up() && !other.frozen() && world.network.carries(other, node));
    }
}
