package adfer.simulation;

/**
 * A steady clock that is never set, and gains or loses.
 *
 * @param offset what it showed at the beginning, in nanoseconds
 * @param ppm how much it gains, in parts per million; negative when it loses
 */
record Steady(long offset, int ppm) {
    private static final long MILLION = 1_000_000;

    /** What it shows at a moment of virtual time. */
    long shows(long now) {
        return offset + now + now / MILLION * ppm;
    }

    /** The same clock, showing nothing at this moment. */
    Steady anew(long now) {
        return new Steady(offset - shows(now), ppm);
    }

    /** How much virtual time goes by while it goes on by {@code nanos}. */
    long lasts(long nanos) {
        return Math.round((double) nanos * MILLION / (MILLION + ppm));
    }
}
