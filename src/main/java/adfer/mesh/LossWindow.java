package adfer.mesh;

/**
 * The last outcomes on a link, at most {@value #SIZE}.
 *
 * @param bits one bit per outcome, the latest lowest; 1 is lost
 * @param count how many outcomes there are, 0 to {@value #SIZE}
 */
public record LossWindow(long bits, int count) {
    public static final int SIZE = 64;
    public static final LossWindow EMPTY = new LossWindow(0, 0);

    public LossWindow arrived() {
        return new LossWindow(bits << 1, Math.min(SIZE, count + 1));
    }

    public LossWindow lost() {
        return new LossWindow(bits << 1 | 1, Math.min(SIZE, count + 1));
    }

    /**
     * @param times 0 or more
     */
    public LossWindow lost(long times) {
        LossWindow window = this;
        for (int i = 0; i < Math.min(times, SIZE); i++) {
            window = window.lost();
        }
        return window;
    }

    /** The share that was lost, 0 to 1. */
    public double share() {
        return count == 0 ? 0 : (double) Long.bitCount(bits) / count;
    }

    /** The share to reckon with: Laplace's rule of succession, never 0 nor 1. */
    public double expected() {
        return (Long.bitCount(bits) + 1.0) / (count + 2.0);
    }
}
