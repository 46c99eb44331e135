package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.Actor;
import adfer.kernel.Generation;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.Topology;
import adfer.port.Codec;
import adfer.port.Memory;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.port.Succession;
import adfer.port.Succession.LogEntry;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Founding.Consent;
import adfer.state.TakeoverRules;
import adfer.state.TakeoverRules.Situation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Founds a new generation of the cluster at this node, where its majority is gone for good: on two
 * people's word, from what this node knows. The first word is kept at this node alone, since there
 * is no log to commit it to; both stand in the first entry of the new generation.
 */
public final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    private final Replica replica;
    private final Replicator replicator;
    private final Succession succession;
    private final Watch watch;
    private final Codec codec;
    private final InstantSource clock;
    private final LongSupplier steadyNanos;
    private final Policy policy;
    private final Memory memory;
    private final Runnable beginAgain;
    private final SiteId site;
    private long leaderlessSince;
    private boolean led;
    private Optional<Asked> asked = Optional.empty();

    /**
     * @param leaderlessFor how long nobody must have led before a takeover can begin
     * @param confirmWithin how long the first person's word waits for the second's
     * @param terms of the attestation that the lost sites are off
     */
    public record Policy(Duration leaderlessFor, Duration confirmWithin, AttestationTerms terms) {}

    private record Asked(Consent by, List<SiteId> lost, long atNanos) {}

    /**
     * The first person's word, as it outlives a restart of this node.
     *
     * @param lost the sites that it is for
     */
    public record FirstWord(Generation generation, Consent by, List<SiteId> lost) {
        public FirstWord {
            lost = List.copyOf(lost);
        }
    }

    /**
     * @param beginAgain ends this life of the node; it comes up in the generation that it has
     *     founded, or in the old one where that failed
     */
    public Takeover(
            Replica replica,
            Replicator replicator,
            Succession succession,
            Watch watch,
            Codec codec,
            InstantSource clock,
            LongSupplier steadyNanos,
            Policy policy,
            Memory memory,
            Runnable beginAgain) {
        this.replica = replica;
        this.replicator = replicator;
        this.succession = succession;
        this.watch = watch;
        this.codec = codec;
        this.clock = clock;
        this.steadyNanos = steadyNanos;
        this.policy = policy;
        this.memory = memory;
        this.beginAgain = beginAgain;
        this.site = watch.topology().node(watch.self()).orElseThrow().site();
        this.leaderlessSince = steadyNanos.getAsLong();
        this.asked = remembered();
        replica.listen(
                new Replica.Listener() {
                    @Override
                    public void applied(ClusterState state, SortedSet<Key> touched) {}

                    @Override
                    public void led(Replicator.Leadership now) {
                        leadershipChanged(now.leader().isPresent());
                    }
                });
    }

    private Optional<Asked> remembered() {
        Optional<Asked> word =
                memory.find(FirstWord.class)
                        .filter(said ->
                                said.generation().equals(succession.belonging().generation()))
                        .flatMap(said ->
                                TakeoverRules.age(
                                                said.by().at(),
                                                clock.instant(),
                                                policy.confirmWithin())
                                        .map(age ->
                                                new Asked(
                                                        said.by(),
                                                        said.lost(),
                                                        steadyNanos.getAsLong() - age.toNanos())));
        if (word.isEmpty()) {
            memory.forget(FirstWord.class);
        }
        return word;
    }

    /** Elections in vain change nothing. A leader does: whoever asked, asked in its absence. */
    private synchronized void leadershipChanged(boolean leads) {
        if (leads || led) {
            leaderlessSince = steadyNanos.getAsLong();
            if (asked.isPresent()) {
                asked = Optional.empty();
                memory.forget(FirstWord.class);
            }
        }
        led = leads;
    }

    /** What is true here, what a takeover would mean, and how far it has come. */
    public synchronized TakeoverView view(Principal who) {
        ClusterState state = replica.state();
        List<TakeoverView.Member> members = members();
        Replicator.Progress progress = replicator.progress();
        return new TakeoverView(
                watch.self(),
                site,
                succession.belonging().generation(),
                hindrance().map(Problem::sentence),
                state.index(),
                Math.max(progress.last(), state.index()),
                state.now(),
                age(state),
                leaderless(),
                members,
                lost(),
                groups(who, state),
                risk(state),
                confirmation(),
                pending().map(by -> new TakeoverView.Pending(by.by(), left(by))),
                policy.confirmWithin());
    }

    private Optional<Problem> hindrance() {
        Optional<String> leader = replicator.leadership().leader();
        Situation situation =
                new Situation(
                        succession.belonging().quarantined(),
                        watch.topology().dataCentres().stream()
                                .anyMatch(centre -> centre.id().equals(site)),
                        replica.state().generation().equals(succession.belonging().generation()),
                        leader,
                        leaderless(),
                        replicator.members().size(),
                        heard());
        return TakeoverRules.hindrance(situation, policy.leaderlessFor());
    }

    /** How many of those that vote take part as far as this node hears, itself included. */
    private int heard() {
        return Math.toIntExact(
                replicator.members().stream().map(NodeId::new).filter(watch::hears).count());
    }

    /**
     * That the leader is gone is known before it is told here; until it is told, nobody knows since
     * when.
     */
    private Duration leaderless() {
        return led || replicator.leadership().leader().isPresent()
                ? Duration.ZERO
                : Duration.ofNanos(steadyNanos.getAsLong() - leaderlessSince);
    }

    private Duration age(ClusterState state) {
        Duration age = Duration.between(state.now(), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    private List<TakeoverView.Member> members() {
        return watch.topology().nodes().stream()
                .filter(node -> !node.id().equals(watch.self()))
                .map(node ->
                        new TakeoverView.Member(
                                node.id(),
                                node.site(),
                                watch.reaches(node.id()),
                                watch.lastHeard(node.id())))
                .toList();
    }

    /** The sites of which no node is heard. */
    private List<SiteId> lost() {
        return watch.topology().sites().stream()
                .map(Topology.Site::id)
                .filter(id ->
                        watch.topology().nodesOf(id).stream()
                                .map(Topology.Node::id)
                                .noneMatch(watch::reaches))
                .toList();
    }

    private List<TakeoverView.GroupLine> groups(Principal who, ClusterState state) {
        return state.groups()
                .filter(group -> who.may(Right.LOOK, Places.of(state, group.id())))
                .map(group ->
                        new TakeoverView.GroupLine(
                                group.id(),
                                state.runbook(group.id())
                                        .map(published -> published.runbook().title())
                                        .orElse(group.id().value()),
                                group.owner(),
                                lost().contains(group.owner())))
                .toList();
    }

    private String risk(ClusterState state) {
        return "What the others acknowledged after index "
                + state.index()
                + " is not known at node "
                + watch.self()
                + ", whose picture is "
                + age(state).toSeconds()
                + " s old, and may be lost.";
    }

    private String confirmation() {
        String gone = lost().stream().map(SiteId::value).collect(Collectors.joining(" and "));
        return gone.isEmpty()
                ? "take over at " + site
                : "take over at " + site + " without " + gone;
    }

    private Optional<Asked> pending() {
        return asked.filter(by -> !left(by).isNegative() && !left(by).isZero());
    }

    private Duration left(Asked by) {
        return policy.confirmWithin().minusNanos(steadyNanos.getAsLong() - by.atNanos());
    }

    /** The first person's word. It waits here for the second's. */
    public synchronized Result<TakeoverView> ask(Principal who, String words, String typed) {
        Actor actor = who.actor();
        Optional<Problem> problem =
                who.refused(Right.TAKE_OVER, Place.CLUSTER)
                        .or(this::hindrance)
                        .or(() ->
                                TakeoverRules.objection(
                                        actor, words, typed, confirmation(), Optional.empty()));
        if (problem.isPresent()) {
            return new Result.Refused<>(List.of(problem.get()));
        }
        Asked word = new Asked(consent(actor, words), lost(), steadyNanos.getAsLong());
        Generation generation = succession.belonging().generation();
        if (!memory.keep(new FirstWord(generation, word.by(), word.lost()))) {
            LOG.warn("The first person's word is lost should this node restart.");
        }
        asked = Optional.of(word);
        return Result.ok(view(who));
    }

    private Consent consent(Actor actor, String words) {
        return new Consent(actor, words.strip(), clock.instant());
    }

    /**
     * The second person's word: founds the generation.
     *
     * @return the generation in which this node comes up again in a moment
     */
    public synchronized Result<Generation> confirm(Principal who, String words, String typed) {
        Optional<Problem> forbidden = who.refused(Right.TAKE_OVER, Place.CLUSTER);
        if (forbidden.isPresent()) {
            return new Result.Refused<>(List.of(forbidden.get()));
        }
        Actor actor = who.actor();
        Optional<Asked> word = pending();
        Optional<Consent> first = word.map(Asked::by);
        if (word.isEmpty() || first.isEmpty()) {
            return Result.refused(
                    "not-asked",
                    "Nobody has asked for a takeover at this node in the last "
                            + policy.confirmWithin().toMinutes()
                            + " min; one person asks for it, then another confirms it.");
        }
        List<SiteId> lost = lost();
        Optional<Problem> problem =
                hindrance()
                        .or(() ->
                                TakeoverRules.objection(actor, words, typed, confirmation(), first))
                        .or(() -> TakeoverRules.outgrown(first.get(), word.get().lost(), lost))
                        .or(who::absent);
        if (problem.isPresent()) {
            return new Result.Refused<>(List.of(problem.get()));
        }
        asked = Optional.empty();
        List<Consent> by = List.of(first.get(), consent(actor, words));
        succession.cease();
        try {
            return Result.ok(found(actor, by, lost));
        } catch (ReplicatorException e) {
            return Result.refused("unusable", String.valueOf(e.getMessage()));
        } finally {
            beginAgain.run();
        }
    }

    /**
     * What this node's log has beyond what was applied may have been acknowledged, so it counts.
     * The picture with it and with the new generation's first entry is what that begins with.
     */
    private Generation found(Actor actor, List<Consent> by, List<SiteId> lost) {
        String risk = risk(replica.state());
        List<LogEntry> entries = new ArrayList<>(succession.beyond(replica.appliedIndex()));
        ClusterState atFork = replica.foresee(entries).state();
        Command.FoundGeneration command =
                TakeoverRules.first(atFork, watch.self(), by, lost, risk, policy.terms());
        Generation next = command.generation();
        long first = atFork.index() + 1;
        Entry entry = new Entry("", actor, clock.instant(), by.getFirst().words(), command);
        entries.add(new LogEntry(first, 0, codec.join(List.of(codec.encode(entry)))));
        Replica.Foresight begun = replica.foresee(entries);
        if (!begun.state().generation().equals(next)) {
            throw new IllegalStateException("the state refuses " + next);
        }
        succession.found(next, begun.picture(), first);
        keep(begun);
        return next;
    }

    /** Saves the next life the work; where it fails, that takes the picture from the log. */
    private void keep(Replica.Foresight begun) {
        try {
            replica.keep(begun);
        } catch (RuntimeException e) {
            LOG.warn("The database is brought up to date at the next start: {}", e.toString());
        }
    }
}
