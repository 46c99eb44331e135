package adfer.port;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;

/**
 * The replicated log as the rest of Adfer sees it: bytes go in at any node, and come out in one
 * order at every node's {@link StateMachine}.
 *
 * <p>Futures complete on virtual threads, so a continuation may block; they fail with {@link
 * ReplicatorException} and nothing else.
 */
public interface Replicator extends AutoCloseable {

    /**
     * Joins the cluster: opens the log, listens, replays what the local picture lacks. Returns
     * before there is a leader.
     *
     * @throws ReplicatorException {@code UNUSABLE} with one sentence when the directory belongs to
     *     another node, group or set of peers, or the address cannot be listened on
     */
    void start();

    /**
     * Appends one entry, and completes with the reply of {@link StateMachine#apply} once a majority
     * has it on disk and the leader has applied it. Forwarded to the leader when this node follows.
     * Entries submitted one after the other at one node keep their order, unless a leader change
     * comes between.
     *
     * <p>Retries within the timeout are deduplicated: at most one copy is applied, save for one
     * corner (a leader that got the first copy inside a snapshot while the retry was still going
     * round), so a command whose repetition would hurt carries an id of its own.
     *
     * @param entry the bytes, not changed by the caller afterwards
     * @param timeout greater than zero; longer than the configured maximum is cut to it
     * @return the reply, or a failure with {@code NO_LEADER}, {@code BUSY}, {@code TOO_LARGE},
     *     {@code CLOSED} (nothing was written, unless {@link
     *     ReplicatorException#outcomeUnknown()}), {@code TIMEOUT} or {@code REPLY_LOST}
     */
    CompletableFuture<byte[]> submit(byte[] entry, Duration timeout);

    /**
     * A linearizable read barrier, at leader and followers alike: completes when everything that
     * was acknowledged anywhere before the call is applied at this node, with the index the local
     * picture then has. Needs a majority.
     *
     * @param timeout greater than zero
     * @return the local {@link StateMachine#appliedIndex()} reached, or a failure with {@code
     *     NO_LEADER}, {@code TIMEOUT} or {@code CLOSED}
     */
    CompletableFuture<Long> barrier(Duration timeout);

    /** Who leads as far as this node knows now; cheap, never blocks. */
    Leadership leadership();

    /** How far the log is here, and, at the leader, at the others; cheap, never blocks. */
    Progress progress();

    /**
     * The nodes that vote, as far as this node knows; empty where the log isn't open. Cheap, never
     * blocks.
     */
    SortedSet<String> members();

    /**
     * Lets a node in that has an empty log of this cluster, or one that is behind: it is brought up
     * to date first and votes then. At the leader only.
     *
     * @param timeout greater than zero
     * @return false when that has not come about in time; it may be tried again
     */
    CompletableFuture<Boolean> admit(String node, Duration timeout);

    /**
     * A way to another node is there again: what waits for an answer over an old connection to it
     * is sent over a new one. Returns at once, and does nothing where the log isn't open.
     */
    void reconnect(String node);

    /**
     * Hands leadership to the follower that is best placed (seen last, log longest) and waits until
     * it leads.
     *
     * @param timeout greater than zero; in it no write is accepted here
     * @return true when this node does not lead (any more), false when nobody took over in time
     */
    boolean handOver(Duration timeout);

    /**
     * Hands leadership over where it can, stops listening and closes the log. Pending futures fail.
     * Idempotent.
     */
    @Override
    void close();

    /**
     * How far the log is.
     *
     * @param committed index up to which this node knows a majority has the log
     * @param applied index up to which this node has applied the log (its own entries included)
     * @param snapshot index of the newest snapshot on disk, -1 where there is none
     * @param last index of the last entry in this node's log, committed or not
     * @param peers committed index by node, as last heard of; complete at the leader only
     */
    record Progress(
            long committed, long applied, long snapshot, long last, Map<String, Long> peers) {
        public Progress {
            peers = Map.copyOf(peers);
        }
    }

    /**
     * Who leads.
     *
     * @param leading this node leads and has applied everything that earlier leaders committed
     * @param leader the node that leads, empty where none is known
     * @param term the log's term (Raft), growing with every election
     */
    record Leadership(boolean leading, Optional<String> leader, long term) {}
}
