package adfer.simulation;

import adfer.kernel.Generation;
import adfer.simulation.Violation.Invariant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A node's part in the replicated log, after Raft: an entry is committed when a majority has it on
 * disk, and a leader has a majority that was not ahead of it. What is left out is the exchange of
 * votes: they are given at once, by those that can be reached both ways.
 */
final class Member {
    private static final long HEARTBEAT = 150 * Events.MILLI;
    private static final long PATIENCE = Events.SECOND;
    private static final int AT_ONCE = 64;

    private final Node node;
    private final World world;
    private final List<Slot> log = new ArrayList<>();
    final Electorate electorate;
    private long term;
    private int synced;
    private int committed;
    private boolean leading;
    private int leader;
    private long heardAt;
    private long patience;
    private int[] matched = {};
    private int[] next = {};
    private long[] answeredAt = {};
    private long[] livesHeard = {};

    /** Whether the log is open: a node that listens first, or is in quarantine, has none. */
    private boolean open;

    /** When somebody was last known to lead. */
    private long ledAt;

    /** Whom the leader teaches what the others know, before it may vote. */
    private Optional<Node> learner = Optional.empty();

    private record Append(
            int from, long term, int previous, long previousTerm, List<Slot> slots, int commit) {}

    private record Answer(int from, long life, long term, boolean fits, int matched) {}

    History history() {
        return node.history();
    }

    Member(Node node) {
        this.node = node;
        this.world = node.world;
        this.electorate = new Electorate(node);
    }

    boolean leading() {
        return leading;
    }

    boolean open() {
        return open;
    }

    /** Whom this node takes for the leader, whether or not anybody leads. */
    Node leader() {
        return world.nodes.get(leader);
    }

    /** Who leads, as far as this node knows. */
    Optional<Node> known() {
        boolean led = open && (leading || node.clock() - ledAt < 2 * PATIENCE);
        return led ? Optional.of(leader()) : Optional.empty();
    }

    /** For how long nobody has led, as far as this node knows. */
    long leaderlessFor() {
        return known().isPresent() ? 0 : node.clock() - ledAt;
    }

    /** The log as it was on this disk, with what was not applied. */
    List<Slot> slots() {
        return List.copyOf(log);
    }

    /** Begins a log of another generation with these, which are on the disk. */
    void adopt(List<Slot> slots) {
        log.clear();
        electorate.clear();
        slots.forEach(this::add);
        synced = log.size();
        term = 0;
    }

    private void add(Slot slot) {
        log.add(slot);
        electorate.noted(log.size(), slot);
    }

    /** How far the log is both committed and on this disk. */
    int applicable() {
        return Math.min(committed, synced);
    }

    Slot slot(int index) {
        return log.get(index - 1);
    }

    void begin(int applied) {
        leading = false;
        open = true;
        committed = applied;
        leader = node.number;
        ledAt = node.clock();
        heard();
        watch();
    }

    /** The disk keeps what was synced, and nothing else. */
    void lose() {
        cutAt(synced);
        leading = false;
        open = false;
    }

    /** How far the database can be behind: the log begins with what was the case at its base. */
    int kept(int applied) {
        int base = node.history().base();
        return log.size() < base ? 0 : Math.max(base, applied);
    }

    private void heard() {
        heardAt = node.clock();
        patience = PATIENCE + world.chance.millis(0, 1_000);
    }

    private void watch() {
        node.after(
                world.chance.millis(100, 200),
                () -> {
                    if (leading) {
                        stepDownIfAlone();
                    } else if (node.clock() - heardAt > patience) {
                        campaign();
                    }
                    watch();
                });
    }

    private void stepDownIfAlone() {
        long since = node.clock() - 2 * PATIENCE;
        int heard = 1;
        for (int voter : electorate.voters()) {
            heard += voter != node.number && answeredAt[voter] > since ? 1 : 0;
        }
        if (heard < electorate.majority()) {
            leading = false;
            ledAt = node.clock();
            world.say(() -> node + " hears no majority and leads no more");
            heard();
        }
    }

    private void campaign() {
        heard();
        if (!electorate.has(node)) {
            return;
        }
        long newTerm = term + 1;
        List<Member> with = new ArrayList<>();
        for (int voter : electorate.voters()) {
            Node other = world.nodes.get(voter);
            if (!other.equals(node) && other.member.votes(this, newTerm)) {
                with.add(other.member);
            }
        }
        if (with.size() + 1 < electorate.majority()) {
            return;
        }
        with.forEach(voter -> voter.follow(newTerm, node.number));
        lead(newTerm);
    }

    private boolean votes(Member candidate, long newTerm) {
        boolean reached =
                node.up()
                        && !node.frozen()
                        && takesPart(candidate.node.belonging().generation())
                        && world.network.carries(candidate.node, node)
                        && world.network.carries(node, candidate.node);
        boolean content = leading || node.clock() - heardAt < PATIENCE;
        return reached && !content && term < newTerm && !ahead(candidate);
    }

    private boolean ahead(Member other) {
        long mine = termAt(log.size());
        long its = other.termAt(other.log.size());
        return mine > its || (mine == its && log.size() > other.log.size());
    }

    private long termAt(int index) {
        return index == 0 ? 0 : slot(index).term();
    }

    /** Logs of different generations have nothing to do with each other. */
    boolean takesPart(Generation generation) {
        return open && node.belonging().generation().equals(generation);
    }

    private void send(Node to, Consumer<Member> what) {
        Generation of = node.belonging().generation();
        world.network.send(
                node,
                to,
                () -> {
                    if (to.member.takesPart(of)) {
                        what.accept(to.member);
                    }
                });
    }

    private void follow(long newTerm, int newLeader) {
        term = newTerm;
        leading = false;
        leader = newLeader;
        ledAt = node.clock();
        heard();
    }

    private void lead(long newTerm) {
        follow(newTerm, node.number);
        leading = true;
        learner = Optional.empty();
        int all = world.nodes.size();
        matched = new int[all];
        next = new int[all];
        Arrays.fill(next, log.size());
        answeredAt = new long[all];
        Arrays.fill(answeredAt, node.clock());
        livesHeard = new long[all];
        world.counts.count(Counts.Of.ELECTIONS);
        world.say(() -> node + " leads in term " + newTerm);
        world.checks.leads(this);
        append(Slot.blank(newTerm));
        beat(newTerm);
    }

    private void beat(long of) {
        if (leading && term == of) {
            replicate();
            node.after(HEARTBEAT, () -> beat(of));
        }
    }

    /** Writes to the leader's own log, and sends it on. */
    int append(Slot slot) {
        add(slot);
        int index = log.size();
        long of = term;
        node.after(
                world.syncTime(node),
                () -> {
                    if (leading && term == of) {
                        synced = Math.max(synced, index);
                        commit();
                    }
                });
        replicate();
        return index;
    }

    long term() {
        return term;
    }

    private void replicate() {
        int base = node.history().base();
        for (Node other : world.nodes) {
            boolean told = electorate.has(other) || learner.filter(other::equals).isPresent();
            if (told && !other.equals(node)) {
                int known = Math.min(next[other.number], log.size());
                int previous = known < base ? 0 : known;
                int end = Math.min(log.size(), Math.max(base, previous + AT_ONCE));
                Append append =
                        new Append(
                                node.number,
                                term,
                                previous,
                                termAt(previous),
                                List.copyOf(log.subList(previous, end)),
                                committed);
                send(other, member -> member.take(append));
            }
        }
    }

    private void take(Append append) {
        if (append.term() < term) {
            answer(append, false, 0);
            return;
        }
        follow(append.term(), append.from());
        int previous = append.previous();
        if (log.size() < previous || termAt(previous) != append.previousTerm()) {
            answer(append, false, Math.min(log.size(), previous - 1));
            return;
        }
        for (int i = 0; i < append.slots().size(); i++) {
            write(previous + i + 1, append.slots().get(i));
        }
        int end = previous + append.slots().size();
        committed = Math.max(committed, Math.min(append.commit(), end));
        if (end <= synced) {
            answer(append, true, end);
            node.apply();
        } else {
            sync(append, end);
        }
    }

    private void sync(Append append, int end) {
        node.after(
                world.syncTime(node),
                () -> {
                    if (term == append.term()) {
                        synced = Math.max(synced, end);
                        answer(append, true, end);
                        node.apply();
                    }
                });
    }

    private void write(int index, Slot slot) {
        if (index <= log.size() && slot(index).term() != slot.term()) {
            if (index <= committed) {
                throw new Violation(
                        Invariant.NOTHING_LOST, node + " has to give up committed entry " + index);
            }
            cutAt(index - 1);
        }
        if (index > log.size()) {
            add(slot);
        }
    }

    private void cutAt(int size) {
        log.subList(size, log.size()).clear();
        electorate.cutAt(size);
        synced = Math.min(synced, size);
    }

    private void answer(Append append, boolean fits, int upTo) {
        Answer answer = new Answer(node.number, node.life(), term, fits, upTo);
        send(world.nodes.get(append.from()), member -> member.take(answer));
    }

    private void take(Answer answer) {
        if (answer.term() > term) {
            follow(answer.term(), leader);
        }
        if (!leading || answer.term() != term) {
            return;
        }
        answeredAt[answer.from()] = node.clock();
        livesHeard[answer.from()] = answer.life();
        if (answer.fits()) {
            matched[answer.from()] = Math.max(matched[answer.from()], answer.matched());
            next[answer.from()] = matched[answer.from()];
            commit();
            admit();
        } else {
            next[answer.from()] = Math.max(0, answer.matched());
        }
    }

    private void commit() {
        int[] onDisk =
                electorate.voters().stream()
                        .mapToInt(voter -> voter == node.number ? synced : matched[voter])
                        .sorted()
                        .toArray();
        int quorum = world.mutated(Mutation.QUORUM_OF_ONE) ? 1 : electorate.majority();
        int reached = onDisk[onDisk.length - quorum];
        if (reached > committed && termAt(reached) == term) {
            committed = reached;
            node.apply();
        }
    }

    /** Begins to teach a node that has joined; one at a time. */
    void teach(Node newcomer) {
        if (learner.isEmpty() || !hearsAnyone(learner.get())) {
            learner = Optional.of(newcomer);
            answeredAt[newcomer.number] = node.clock();
            next[newcomer.number] = 0;
            matched[newcomer.number] = 0;
            replicate();
        }
    }

    /** Lets the learner vote once it knows what is committed, and the last such change is. */
    private void admit() {
        boolean settled = termAt(committed) == term && electorate.settled(committed);
        learner.filter(newcomer -> settled && matched[newcomer.number] >= committed)
                .ifPresent(newcomer -> {
                    learner = Optional.empty();
                    SortedSet<Integer> more = new TreeSet<>(electorate.voters());
                    more.add(newcomer.number);
                    world.say(() -> newcomer + " votes in " + node.belonging().generation());
                    append(Slot.voting(term, more));
                });
    }

    /** Whether the leader has heard this life of a node a moment ago. */
    boolean hears(Node other, long itsLife) {
        return other.equals(node)
                ? itsLife == node.life()
                : livesHeard[other.number] == itsLife && hearsAny(other);
    }

    boolean hearsAny(Node other) {
        return other.equals(node) || (electorate.has(other) && hearsAnyone(other));
    }

    private boolean hearsAnyone(Node other) {
        return node.clock() - answeredAt[other.number] < PATIENCE;
    }

    /** Whether the log has this slot at this place. */
    boolean has(int index, Slot slot) {
        return index <= log.size() && slot(index).equals(slot);
    }
}
