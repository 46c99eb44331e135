package adfer.simulation;

import adfer.kernel.Actor;
import adfer.kernel.Belonging;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.run.TaskProgress;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Reply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An Adfer node: its part of the log, its copy of the state, and the loops that act on it. */
final class Node extends Being {
    private static final Instant EPOCH = Instant.parse("2025-03-01T03:00:00Z");
    private static final long AGAIN = 700 * Events.MILLI;
    private static final long ANNOUNCED = 5 * Events.SECOND;

    final int number;
    final SiteId site;
    final boolean worker;
    final Member member = new Member(this);
    final Keeper keeper = new Keeper(this);
    private final Taker taker = new Taker(this);
    private final Conductor conductor = new Conductor(this);
    private final Executor executor = new Executor(this);
    private final Fencer fencer = new Fencer(this);
    private final Pilot pilot = new Pilot(this);
    private final Lister lister = new Lister(this);
    final Lookout lookout = new Lookout(this);
    private ClusterState state = ClusterState.EMPTY;
    private Belonging belonging = Belonging.FIRST;
    private final TreeMap<Integer, Asked> asked = new TreeMap<>();

    /** What it knew before it rejoined, until that is told. */
    private Optional<Epoch> latest = Optional.empty();

    /** How far the wall clock is off, in nanoseconds; it may step at any time. */
    long wallOffset;

    private record Asked(long term, Consumer<Reply> answer) {}

    Node(World world, int number, String name, SiteId site, boolean worker, Steady steady) {
        super(world, name, steady);
        this.number = number;
        this.site = site;
        this.worker = worker;
    }

    NodeId id() {
        return new NodeId(name);
    }

    Actor self() {
        return Actor.system(id());
    }

    ClusterState state() {
        return state;
    }

    Instant wallClock() {
        return EPOCH.plusNanos(world.events.now() + wallOffset);
    }

    Belonging belonging() {
        return belonging;
    }

    /** What was committed in the generation to which it belongs. */
    History history() {
        return world.generations.of(belonging.generation());
    }

    /** Whether it takes part in its generation. */
    boolean partakes() {
        return up() && member.open();
    }

    @Override
    void begin() {
        asked.clear();
        if (belonging.quarantined()) {
            lookout.begin(() -> {});
        } else if (world.generations.several()) {
            lookout.begin(this::open);
        } else {
            open();
        }
    }

    /** Opens the log, and begins to act on it. */
    private void open() {
        int kept = world.chance.percent(20) ? 0 : (int) state.index();
        state = history().state(member.kept(kept));
        member.begin((int) state.index());
        taker.begin();
        conductor.begin();
        executor.begin();
        fencer.begin();
        pilot.begin();
        if (worker) {
            keeper.begin();
            lister.begin();
        }
        announce(life());
        latest.ifPresent(this::tellRejoin);
    }

    private void tellRejoin(Epoch epoch) {
        propose(
                self(),
                new Command.TellRejoin(id(), site, wallClock(), epoch),
                5 * Events.SECOND,
                reply -> {
                    if (reply.isPresent()) {
                        latest = Optional.empty();
                    } else {
                        tellRejoin(epoch);
                    }
                });
    }

    /** Somebody has told of generations; of a later one it is told once. */
    void told(Generation generation) {
        Optional<Generation> later = belonging.later(Stream.of(generation));
        later.ifPresent(heard -> {
            world.apart.heard(this);
            if (world.mutated(Mutation.QUARANTINE_IGNORED)) {
                return;
            }
            boolean news = !belonging.quarantined();
            belonging = belonging.quarantined(heard);
            if (news) {
                world.counts.count(Counts.Of.QUARANTINES);
                world.truth.parted();
                world.say(() -> this + " is in quarantine, since it has heard of " + heard);
                beginAnew();
            }
        });
    }

    /** It comes up in the generation that was founded here. */
    void founded(History next) {
        belonging = Belonging.founder(next.generation());
        beginAnew();
        member.adopt(next.given());
        state = next.state(next.base());
    }

    /** It comes up as a follower with an empty log. */
    void rejoin() {
        belonging = belonging.joining();
        latest = Optional.of(state.latestEpoch());
        world.counts.count(Counts.Of.REJOINS);
        world.say(() -> this + " rejoins " + belonging.generation());
        beginAnew();
        member.adopt(List.of());
        state = ClusterState.EMPTY;
    }

    /** Ends this life; the next one begins in a moment. */
    private void beginAnew() {
        crash();
        world.events.after(world.chance.millis(200, 2_000), this::start);
    }

    @Override
    void lose() {
        member.lose();
        asked.clear();
    }

    @Override
    boolean powered() {
        return world.powered(this) && !world.apart.holds(this);
    }

    /** It can switch off the hosts of all sites but its own. */
    private SortedMap<SiteId, List<HostId>> fences() {
        TreeMap<SiteId, List<HostId>> fences = new TreeMap<>();
        world.guards.stream()
                .filter(guard -> !guard.site.equals(site))
                .forEach(guard ->
                        fences.computeIfAbsent(guard.site, s -> new ArrayList<>()).add(guard.host));
        return fences;
    }

    private void announce(long of) {
        NodeSession session =
                new NodeSession(
                        id(),
                        site,
                        of,
                        wallClock(),
                        "",
                        "http://" + name,
                        worker,
                        fences(),
                        List.of());
        propose(
                self(),
                new Command.AnnounceNode(session),
                5 * Events.SECOND,
                reply -> after(ANNOUNCED, () -> announceAgain(of)));
    }

    /** An earlier life's announcement may come late. */
    private void announceAgain(long of) {
        boolean known =
                state.session(id()).filter(session -> session.incarnation() == of).isPresent();
        if (known) {
            after(ANNOUNCED, () -> announceAgain(of));
        } else {
            announce(of);
        }
    }

    /** Applies what is committed and on disk. */
    void apply() {
        int base = history().base();
        if (state.index() < base && base <= member.applicable()) {
            state = history().state(base);
            taker.applied(state, new TreeSet<>());
        }
        while (state.index() < member.applicable()) {
            int index = (int) state.index() + 1;
            Applied applied = history().apply(this, state, index, member.slot(index));
            state = applied.state();
            taker.applied(state, applied.touched());
            executor.applied(state, applied.touched());
            fencer.applied(state, applied.touched());
            answer(index, applied.reply());
        }
    }

    private void answer(int index, Reply reply) {
        Asked asker = asked.remove(index);
        if (asker != null && asker.term() == member.slot(index).term()) {
            world.checks.acknowledged(history(), index, member.slot(index));
            asker.answer().accept(reply);
        }
    }

    /**
     * Hands a command to the leader, again and again until it is answered: it may get lost, or be
     * applied late or twice.
     *
     * @param then told once, with nothing when it isn't known what came of it
     */
    void propose(Actor by, Command command, long timeout, Consumer<Optional<Reply>> then) {
        propose(new Entry("", by, wallClock(), "because", command), timeout, then);
    }

    private void propose(Entry entry, long timeout, Consumer<Optional<Reply>> then) {
        boolean[] over = {false};
        long of = life();
        Consumer<Optional<Reply>> once =
                reply -> {
                    if (!over[0] && life() == of) {
                        over[0] = true;
                        then.accept(reply);
                    }
                };
        after(timeout, () -> once.accept(Optional.empty()));
        send(entry, over, once);
    }

    private void send(Entry entry, boolean[] over, Consumer<Optional<Reply>> then) {
        if (over[0]) {
            return;
        }
        Node leader = member.leader();
        Node origin = this;
        Generation of = belonging.generation();
        world.network.send(
                this,
                leader,
                () ->
                        leader.take(
                                of,
                                entry,
                                reply ->
                                        world.network.send(
                                                leader,
                                                origin,
                                                () -> then.accept(Optional.of(reply)))));
        after(AGAIN, () -> send(entry, over, then));
    }

    private void take(Generation of, Entry entry, Consumer<Reply> answer) {
        if (member.leading() && belonging.generation().equals(of)) {
            int index = member.append(Slot.of(member.term(), entry));
            asked.put(index, new Asked(member.term(), answer));
        }
    }

    /**
     * Does what it has in mind in a moment. Where it stands still in between, others of its threads
     * may come first when it goes on.
     */
    void soon(Runnable what) {
        after(world.chance.micros(10, 8_000), () -> after(world.chance.micros(10, 8_000), what));
    }

    /** Carries out an attempt, told by somebody else than the log. */
    void obey(TaskProgress progress) {
        executor.consider(progress);
    }
}
