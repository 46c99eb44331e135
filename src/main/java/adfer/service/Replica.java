package adfer.service;

import adfer.kernel.Key;
import adfer.port.Codec;
import adfer.port.Ledger;
import adfer.port.Replicator.Leadership;
import adfer.port.StateMachine;
import adfer.port.Succession.LogEntry;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Entry;
import adfer.state.Reply;
import adfer.state.Transition;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * This node's copy of the replicated state: applies what the log commits, keeps it in the ledger
 * and tells whoever listens.
 */
public final class Replica implements StateMachine {
    private final Ledger ledger;
    private final Codec codec;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterState state;
    private volatile Leadership leadership = new Leadership(false, Optional.empty(), 0);

    /** Told after each change, on the thread that applies: it must hand over and return at once. */
    public interface Listener {
        /**
         * @param touched the keys that came, changed or went; everything, when it is empty after a
         *     restore
         */
        void applied(ClusterState state, SortedSet<Key> touched);

        default void led(Leadership now) {}
    }

    public Replica(Ledger ledger, Codec codec) {
        this.ledger = ledger;
        this.codec = codec;
        this.state = ledger.load();
    }

    public ClusterState state() {
        return state;
    }

    public Leadership leadership() {
        return leadership;
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    public void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Waits until this copy is at {@code index} or later.
     *
     * @return false when it wasn't in time
     */
    public boolean awaitIndex(long index, Duration timeout) {
        if (state.index() >= index) {
            return true;
        }
        CountDownLatch reached = new CountDownLatch(1);
        Listener listener =
                (now, touched) -> {
                    if (now.index() >= index) {
                        reached.countDown();
                    }
                };
        listen(listener);
        try {
            return state.index() >= index
                    || reached.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            unlisten(listener);
        }
    }

    @Override
    public long appliedIndex() {
        long index = state.index();
        return index == 0 ? -1 : index;
    }

    @Override
    public byte[] apply(long index, long term, byte[] bytes) {
        Progress progress = new Progress(state);
        progress.take(index, bytes);
        ledger.commit(progress.now, progress.touched, progress.audit);
        publish(progress.now, progress.touched);
        return codec.encodeReplies(progress.replies);
    }

    /** What entries of the log make of a state. */
    private final class Progress {
        private final TreeSet<Key> touched = new TreeSet<>();
        private final List<AuditEntry> audit = new ArrayList<>();
        private final List<Reply> replies = new ArrayList<>();
        private ClusterState now;

        Progress(ClusterState from) {
            this.now = from;
        }

        void take(long index, byte[] bytes) {
            now = Transition.skip(now, index);
            for (Entry entry : codec.decodeEntries(bytes)) {
                Applied applied = Transition.apply(now, index, entry);
                now = applied.state();
                touched.addAll(applied.touched());
                applied.audit().ifPresent(audit::add);
                replies.add(applied.reply());
            }
        }
    }

    /**
     * The picture as it would be after some more entries.
     *
     * @param picture all of it, as {@link #capture} gives it
     */
    public record Foresight(
            ClusterState state, SortedSet<Key> touched, List<AuditEntry> audit, Snapshot picture) {}

    /** Looks what these entries would make of the picture, which stays as it is. */
    public Foresight foresee(List<LogEntry> entries) {
        ClusterState before = state;
        Progress progress = new Progress(before);
        entries.forEach(entry -> progress.take(entry.index(), entry.bytes()));
        ClusterState after = progress.now;
        Snapshot picture =
                out -> {
                    try (Stream<AuditEntry> kept = ledger.auditUpTo(before.audits())) {
                        codec.writeSnapshot(
                                after, Stream.concat(kept, progress.audit.stream()), out);
                    }
                };
        return new Foresight(after, progress.touched, progress.audit, picture);
    }

    /** Keeps a picture that was foreseen for this node's next life; nobody is told in this one. */
    public void keep(Foresight foreseen) {
        ledger.commit(foreseen.state(), foreseen.touched(), foreseen.audit());
    }

    private void publish(ClusterState next, SortedSet<Key> touched) {
        state = next;
        for (Listener listener : listeners) {
            listener.applied(next, touched);
        }
    }

    @Override
    public Snapshot capture() {
        ClusterState captured = state;
        return out -> {
            try (Stream<AuditEntry> audit = ledger.auditUpTo(captured.audits())) {
                codec.writeSnapshot(captured, audit, out);
            }
        };
    }

    @Override
    public void restore(InputStream snapshot, long index) throws IOException {
        List<AuditEntry> audit = new ArrayList<>();
        ClusterState restored = codec.readSnapshot(snapshot, audit::add);
        ledger.replace(restored, audit.stream());
        publish(restored, new TreeSet<>());
    }

    @Override
    public void leadershipChanged(Leadership now) {
        leadership = now;
        for (Listener listener : listeners) {
            listener.led(now);
        }
    }
}
