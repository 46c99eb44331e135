package adfer.adapter.raft;

import adfer.adapter.raft.RaftConfig.Limits;
import adfer.port.StateMachine;

import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Ratis' state machine over ours. Ratis replays from its newest snapshot, wherever the durable
 * picture is: what the picture has is skipped. An exception out of apply closes the server at that
 * entry.
 */
final class MachineDriver extends BaseStateMachine {
    /** First byte of an answer: the machine's reply follows. */
    static final byte REPLY = 0;

    /** First byte of an answer: the entry was applied before a restart, its reply is gone. */
    static final byte REPLY_LOST = 1;

    private static final Message LOST =
            Message.valueOf(ByteString.copyFrom(new byte[] {REPLY_LOST}));

    private final StateMachine machine;
    private final Applied applied = new Applied();
    private final SnapshotStore store = new SnapshotStore();
    private final SnapshotTaker snapshots;
    private final Runnable leadershipMoved;
    private final BiConsumer<String, Throwable> fatal;
    private final AtomicReference<Ending> ending = new AtomicReference<>(Ending.NONE);
    private volatile boolean halted;

    /**
     * What ends Ratis' updater, the thread that applies: an exception, or the server's closing once
     * all that is committed is applied. An exception while the server is closing would leave the
     * updater spinning and the closing waiting for it.
     */
    private enum Ending {
        NONE,
        EXCEPTION,
        CLOSING
    }

    MachineDriver(
            String node,
            StateMachine machine,
            Limits limits,
            Runnable leadershipMoved,
            BiConsumer<String, Throwable> fatal) {
        this.machine = machine;
        this.snapshots = new SnapshotTaker(node, machine, store, limits);
        this.leadershipMoved = leadershipMoved;
        this.fatal = fatal;
    }

    // ---- opening, and installing a snapshot

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
            throws IOException {
        super.initialize(server, group, storage);
        getLifeCycle().transition(LifeCycle.State.STARTING);
        store.init(storage);
        adoptLatestSnapshot();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public void pause() {
        // A second snapshot may arrive before the first was taken in.
        if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        try {
            store.loadLatestSnapshot();
            adoptLatestSnapshot();
        } catch (IOException | RuntimeException e) {
            ending.compareAndSet(Ending.NONE, Ending.EXCEPTION);
            fatal.accept("the snapshot received from the leader could not be restored", e);
            throw e;
        }
        snapshots.installed(latestSnapshot());
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    private void adoptLatestSnapshot() throws IOException {
        var latest = store.getLatestSnapshot();
        if (latest == null) {
            return;
        }
        if (machine.appliedIndex() < latest.getIndex()) {
            try (var in = SnapshotStore.open(latest)) {
                machine.restore(in, latest.getIndex());
            }
        }
        setLastAppliedTermIndex(latest.getTermIndex());
        applied.advance(latest.getIndex());
    }

    // ---- applying

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        var data = entry.getStateMachineLogEntry().getLogData();
        var answer = halted ? LOST : answer(entry, data);
        if (halted) {
            return CompletableFuture.completedFuture(answer);
        }
        snapshots.applied(data.size());
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(answer);
    }

    private Message answer(LogEntryProto entry, ByteString data) {
        if (data.isEmpty()) {
            return Message.EMPTY; // a barrier
        }
        return entry.getIndex() <= machine.appliedIndex() ? LOST : apply(entry, data);
    }

    private Message apply(LogEntryProto entry, ByteString data) {
        byte[] reply;
        try {
            reply = machine.apply(entry.getIndex(), entry.getTerm(), data.toByteArray());
        } catch (Throwable e) {
            var closing = !ending.compareAndSet(Ending.NONE, Ending.EXCEPTION);
            fatal.accept("entry " + entry.getIndex() + " could not be applied", e);
            if (closing) {
                halted = true;
                return LOST;
            }
            throw e;
        }
        var answer = new byte[1 + reply.length];
        answer[0] = REPLY;
        System.arraycopy(reply, 0, answer, 1, reply.length);
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(answer));
    }

    /** Every entry comes through here, Ratis' own as well. */
    @Override
    protected boolean updateLastAppliedTermIndex(TermIndex position) {
        if (halted) {
            return false;
        }
        var moved = super.updateLastAppliedTermIndex(position);
        applied.advance(position.getIndex());
        return moved;
    }

    Applied applied() {
        return applied;
    }

    // ---- snapshots

    @Override
    public long takeSnapshot() {
        return snapshots.take(getLastAppliedTermIndex());
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return store;
    }

    long latestSnapshot() {
        var latest = store.getLatestSnapshot();
        return latest == null ? -1 : latest.getIndex();
    }

    /**
     * Told before the server is closed; from now on an entry that cannot be applied ends the
     * applying without an exception.
     *
     * @return false when an exception came first: Ratis then closes the server by itself, and must
     *     be left to it
     */
    boolean closing() {
        ending.compareAndSet(Ending.NONE, Ending.CLOSING);
        return ending.get() == Ending.CLOSING;
    }

    @Override
    public void close() {
        snapshots.close(Duration.ofSeconds(5));
    }

    // ---- events

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, @Nullable RaftPeerId leader) {
        leadershipMoved.run();
    }

    @Override
    public void notifyLeaderReady() {
        leadershipMoved.run();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        leadershipMoved.run();
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        fatal.accept("the log could not be written", cause);
    }
}
