package adfer.simulation;

import adfer.simulation.Violation.Invariant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

    private record Append(
            int from, long term, int previous, long previousTerm, List<Slot> slots, int commit) {}

    private record Answer(int from, long life, long term, boolean fits, int matched) {}

    Member(Node node) {
        this.node = node;
        this.world = node.world;
    }

    boolean leading() {
        return leading;
    }

    /** Who leads, as far as this node knows. */
    Node leader() {
        return world.nodes.get(leader);
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
        committed = applied;
        leader = node.number;
        heard();
        watch();
    }

    /** The disk keeps what was synced, and nothing else. */
    void lose() {
        cutAt(synced);
        leading = false;
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
        for (int i = 0; i < answeredAt.length; i++) {
            heard += i != node.number && answeredAt[i] > since ? 1 : 0;
        }
        if (heard < world.majority()) {
            leading = false;
            world.say(() -> node + " hears no majority and leads no more");
            heard();
        }
    }

    private void campaign() {
        heard();
        long newTerm = term + 1;
        List<Member> voters = new ArrayList<>();
        for (Node other : world.nodes) {
            if (!other.equals(node) && other.member.votes(this, newTerm)) {
                voters.add(other.member);
            }
        }
        if (voters.size() + 1 < world.majority()) {
            return;
        }
        voters.forEach(voter -> voter.follow(newTerm, node.number));
        lead(newTerm);
    }

    private boolean votes(Member candidate, long newTerm) {
        boolean reached =
                node.up()
                        && !node.frozen()
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

    private void follow(long newTerm, int newLeader) {
        term = newTerm;
        leading = false;
        leader = newLeader;
        heard();
    }

    private void lead(long newTerm) {
        follow(newTerm, node.number);
        leading = true;
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
        append(new Slot(newTerm, Optional.empty()));
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
        log.add(slot);
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
        for (Node other : world.nodes) {
            if (!other.equals(node)) {
                int previous = Math.min(next[other.number], log.size());
                int end = Math.min(log.size(), previous + AT_ONCE);
                Append append =
                        new Append(
                                node.number,
                                term,
                                previous,
                                termAt(previous),
                                List.copyOf(log.subList(previous, end)),
                                committed);
                world.network.send(node, other, () -> other.member.take(append));
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
            log.add(slot);
        }
    }

    private void cutAt(int size) {
        log.subList(size, log.size()).clear();
        synced = Math.min(synced, size);
    }

    private void answer(Append append, boolean fits, int upTo) {
        Answer answer = new Answer(node.number, node.life(), term, fits, upTo);
        Node to = world.nodes.get(append.from());
        world.network.send(node, to, () -> to.member.take(answer));
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
        } else {
            next[answer.from()] = Math.max(0, answer.matched());
        }
    }

    private void commit() {
        int[] onDisk = matched.clone();
        onDisk[node.number] = synced;
        Arrays.sort(onDisk);
        int quorum = world.mutated(Mutation.QUORUM_OF_ONE) ? 1 : world.majority();
        int reached = onDisk[onDisk.length - quorum];
        if (reached > committed && termAt(reached) == term) {
            committed = reached;
            node.apply();
        }
    }

    /** Whether the leader has heard this life of a node a moment ago. */
    boolean hears(Node other, long itsLife) {
        return other.equals(node)
                ? itsLife == node.life()
                : livesHeard[other.number] == itsLife && hearsAny(other);
    }

    boolean hearsAny(Node other) {
        return other.equals(node) || node.clock() - answeredAt[other.number] < PATIENCE;
    }

    /** Whether the log has this slot at this place. */
    boolean has(int index, Slot slot) {
        return index <= log.size() && slot(index).equals(slot);
    }
}
