package adfer.run;

import adfer.run.TaskProgress.Status;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which tasks of a run are begun, running and complete, by their numbers in its {@link Layout}.
 * Immutable: a change copies one bit per task, which is little next to writing the change down.
 */
final class Marks {
    static final Marks NONE = new Marks(new BitSet(), new BitSet(), new BitSet());

    private final BitSet begun;
    private final BitSet running;
    private final BitSet complete;

    private Marks(BitSet begun, BitSet running, BitSet complete) {
        this.begun = begun;
        this.running = running;
        this.complete = complete;
    }

    Marks with(int number, Status status) {
        return new Marks(
                with(begun, number, true),
                with(running, number, status == Status.RUNNING),
                with(complete, number, status.complete()));
    }

    private static BitSet with(BitSet bits, int number, boolean set) {
        if (bits.get(number) == set) {
            return bits;
        }
        BitSet changed = (BitSet) bits.clone();
        changed.set(number, set);
        return changed;
    }

    boolean begun(int number) {
        return begun.get(number);
    }

    boolean complete(int number) {
        return complete.get(number);
    }

    IntStream running() {
        return running.stream();
    }

    /** True when any of the numbers from {@code from} to before {@code to} is begun. */
    boolean anyBegun(int from, int to) {
        int next = begun.nextSetBit(from);
        return next >= 0 && next < to;
    }

    /** True when all of the numbers from {@code from} to before {@code to} are complete. */
    boolean allComplete(int from, int to) {
        return complete.nextClearBit(from) >= to;
    }
}
