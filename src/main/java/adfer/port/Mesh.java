package adfer.port;

import adfer.kernel.NodeId;
import adfer.mesh.Facts;
import adfer.mesh.Matrix;
import adfer.mesh.PathName;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * This node's part in the mesh: it beats, listens, measures, and tells the others what it sees.
 *
 * <p>All methods may be called from any thread and return at once, {@link #start} and {@link
 * #close} apart.
 */
public interface Mesh extends AutoCloseable {
    /**
     * Begins to listen and to beat, on every own path that can be listened on; the others are tried
     * again for as long as it takes, and their links are down until then.
     *
     * @throws IllegalStateException with one sentence when no path at all can be listened on
     */
    void start();

    /** Falls silent: the peers will miss this node as if it had died. Idempotent. */
    @Override
    void close();

    /** Who sees whom, as this node knows it now. */
    Matrix matrix();

    /**
     * What this node's row says of itself from now on.
     *
     * @param facts asked a few times per beat by the beating thread: must return at once, or the
     *     heart stops
     */
    void facts(Supplier<Facts> facts);

    /** Calls back on a thread of the mesh's own soon after a link goes up or down. */
    void onLinkChange(Listener listener);

    /** This life of this node, random; others see it in its row. */
    long incarnation();

    /**
     * How long ago at most the peer is known to have lived, as proven to this node itself over any
     * path; empty when it was never heard in this life of this node.
     */
    Optional<Duration> lastHeard(NodeId peer);

    /** What went over the wire since the start. */
    Traffic traffic();

    /** Is told of links. */
    interface Listener {
        /**
         * Events come one at a time and in order; when it can't keep up, the oldest are dropped.
         */
        void linkChanged(NodeId peer, PathName path, boolean up);
    }

    /**
     * Counts of datagrams since the start.
     *
     * @param sent handed to the network
     * @param unsent refused by the network, or for a host whose name can't be resolved
     * @param accepted genuine, new, and meant for this node
     * @param malformed too short, too long, of another version, or nonsense within a genuine seal
     * @param forged not sealed with the shared key: garbage, tampering, or a node with another key
     * @param misdirected genuine, but for another node or path, or from one that isn't in the
     *     topology
     * @param replayed genuine, but seen before or of a life of the sender that has ended
     * @param unproven genuine, but without proof that it was sent in this node's life: normal when
     *     either side has just started
     */
    record Traffic(
            long sent,
            long unsent,
            long accepted,
            long malformed,
            long forged,
            long misdirected,
            long replayed,
            long unproven) {}
}
