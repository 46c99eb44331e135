package adfer.port;

import adfer.kernel.Belonging;
import adfer.kernel.Generation;

import java.util.List;

/**
 * Which generation of the cluster this node belongs to, kept durably, and the ways from one to
 * another. Each way ends this life of the node: what it is made of is put together anew for the
 * next. A kill at any moment leaves either what was or what was to be.
 *
 * <p>All methods may be called from any thread; they block on the disk.
 */
public interface Succession {
    Belonging belonging();

    /**
     * What this node's log has beyond {@code applied}, committed or not, oldest first. Only while
     * the log is closed.
     *
     * @throws ReplicatorException {@code UNUSABLE} with one sentence when the log can't be read
     */
    List<LogEntry> beyond(long applied);

    /** Closes this node's log at once, without handing over leadership; there is no way back. */
    void cease();

    /**
     * Founds a generation whose log begins behind {@code index} and whose only member is this node.
     * After {@link #cease}.
     *
     * @param picture what it begins with
     * @throws ReplicatorException {@code UNUSABLE} with one sentence; then nothing has changed
     */
    void found(Generation next, StateMachine.Snapshot picture, long index);

    /**
     * Puts this node into quarantine, since a later generation was heard of. It stays there over
     * all its lives until it {@link #join}s. After {@link #cease}, or before the log is opened.
     */
    void quarantine(Generation heard);

    /**
     * Lets this node, which is in quarantine, become a new follower of the generation it has heard
     * of, with an empty log. What it had is kept under other names.
     */
    void join();

    /** An entry of the log, as {@link StateMachine#apply} takes it. */
    final class LogEntry {
        private final long index;
        private final long term;
        private final byte[] bytes;

        /**
         * @param bytes not changed afterwards
         */
        public LogEntry(long index, long term, byte[] bytes) {
            this.index = index;
            this.term = term;
            this.bytes = bytes;
        }

        public long index() {
            return index;
        }

        public long term() {
            return term;
        }

        public byte[] bytes() {
            return bytes;
        }
    }
}
