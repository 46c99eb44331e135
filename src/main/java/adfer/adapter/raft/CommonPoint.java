package adfer.adapter.raft;

/**
 * The leader's search for the last entry that a follower has in common with it. A follower that
 * took entries from a leader that died before anybody else had them answers only that the entry
 * before those it was sent isn't there. Ratis then goes back by one entry, and rests ever longer
 * between two tries: with some twenty such entries so long that the leader is deposed on the way,
 * and the next one begins anew. Going back by ever more instead is safe, since what both have
 * already is only sent once more, and a follower that is asked for what it has committed says how
 * far that goes.
 */
final class CommonPoint {
    /** Entries of which most may be sent in vain. */
    static final long MOST = 256;

    private long step = 1;
    private long matched = Long.MIN_VALUE;

    /**
     * @param proposed what Ratis would send from next, by the follower's answer
     * @param match the last entry known to be common, negative for none
     * @param start the leader's first entry
     * @return from which entry on to send next
     */
    synchronized long next(long proposed, long match, long start) {
        if (match != matched) {
            matched = match;
            step = 1;
        }
        long lowest = Math.min(proposed, Math.max(match, start) + 1);
        long next = Math.max(lowest, proposed - step + 1);
        step = Math.min(MOST, 2 * step);
        return next;
    }
}
