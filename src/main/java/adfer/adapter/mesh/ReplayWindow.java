package adfer.adapter.mesh;

/**
 * Which sequence numbers have been seen: the sliding window of RFC 4303, 3.4.3, 64 wide. What is
 * older than the window counts as seen.
 */
final class ReplayWindow {
    private static final int WIDTH = 64;

    private long highest;
    private long seen;

    /** Whether the number is new; it is no longer afterwards. */
    boolean accept(long sequence) {
        long ahead = sequence - highest;
        if (sequence <= 0 || ahead <= -WIDTH) {
            return false;
        }
        if (ahead > 0) {
            seen = ahead >= WIDTH ? 1 : seen << ahead | 1;
            highest = sequence;
            return true;
        }
        long bit = 1L << -ahead;
        boolean isNew = (seen & bit) == 0;
        seen |= bit;
        return isNew;
    }

    /** How many numbers would be skipped if {@code sequence} were the next to arrive. */
    long skipped(long sequence) {
        return highest == 0 ? 0 : Math.max(0, sequence - highest - 1);
    }

    void reset() {
        highest = 0;
        seen = 0;
    }
}
