package adfer.adapter.raft;

/**
 * The leader's search for the last entry that a follower has in common with it. A follower that
 * took entries from a leader that died before anybody else had them answers only that the entry
 * before those it was sent isn't there. Ratis then goes back by one entry, and rests ever longer
 * between two tries: with some twenty such entries so long that the leader is deposed on the way,
 * and the next one begins anew. Going back by ever more instead is safe, since what both have
 * already is only sent once more, and a follower that is sent what it has committed answers how far
 * that goes.
 */
final class CommonPoint {
    /** Entries of which most may be sent in vain. */
    static final long MOST = 256;

    /** The first index of a request without entries, or of one that is known no more. */
    static final long UNKNOWN = -1;

    private long step = 1;
    private long matched = UNKNOWN;
    private long target = Long.MAX_VALUE;

    /**
     * @param first the first entry of the request that was answered, or {@link #UNKNOWN}
     * @param proposed what Ratis would send from next, by the follower's answer
     * @param match the last entry known to be common, negative for none
     * @param start the leader's first entry
     * @return from which entry on to send next
     */
    synchronized long next(long first, long proposed, long match, long start) {
        boolean ahead = first != UNKNOWN && proposed > first;
        if (match != matched || ahead) {
            matched = match;
            step = 1;
            target = Long.MAX_VALUE;
        }
        if (ahead) {
            return proposed;
        }
        if (proposed >= target) {
            return target; // an answer to what was sent before the last step back
        }
        long lowest = Math.min(proposed, Math.max(match, start) + 1);
        target = Math.max(lowest, proposed - step + 1);
        step = Math.min(MOST, 2 * step);
        return target;
    }
}
