package adfer.adapter.raft;

import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Read barriers: an empty entry goes through the log, and when this node has applied it, it has
 * applied everything that was acknowledged before. One such entry serves all who were waiting when
 * it set out.
 *
 * <p>Ratis' own linearizable read is not used: as of 3.3.0 a leader does not ask its followers
 * again for an index that a majority confirmed once, so one that is cut off answers from the past
 * until it steps down.
 */
final class Barriers {
    private final Submitter submitter;
    private final Applied applied;
    private final LongSupplier localIndex;
    private final BooleanSupplier leaderKnown;
    private final Requests requests;

    private final List<Barrier> waiting = new ArrayList<>();
    private boolean underWay;

    Barriers(
            Submitter submitter,
            Applied applied,
            LongSupplier localIndex,
            BooleanSupplier leaderKnown,
            Requests requests) {
        this.submitter = submitter;
        this.applied = applied;
        this.localIndex = localIndex;
        this.leaderKnown = leaderKnown;
        this.requests = requests;
    }

    CompletableFuture<Long> await(Duration timeout) {
        return new Barrier(timeout).start();
    }

    private synchronized void join(Barrier barrier) {
        waiting.add(barrier);
        setOut();
    }

    private synchronized void setOut() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        underWay = true;
        var served = List.copyOf(waiting);
        waiting.clear();
        var longest =
                served.stream().map(Barrier::timeout).max(Comparator.naturalOrder()).orElseThrow();
        var _ =
                submitter
                        .mark(longest)
                        .whenComplete((index, failure) -> arrived(served, index, failure));
    }

    private void arrived(List<Barrier> served, @Nullable Long index, @Nullable Throwable failure) {
        synchronized (this) {
            underWay = false;
        }
        setOut();
        served.forEach(barrier -> barrier.marked(index, failure));
    }

    private final class Barrier extends Requests.Request<Long> {

        Barrier(Duration timeout) {
            super(requests, timeout);
        }

        @Override
        void attempt() {
            join(this);
        }

        void marked(@Nullable Long index, @Nullable Throwable failure) {
            if (index != null) {
                var _ =
                        applied.reached(index)
                                .thenRunAsync(
                                        () -> succeed(localIndex.getAsLong()), requests.executor());
            } else {
                fail(
                        failure instanceof ReplicatorException e && e.code() == Code.CLOSED
                                ? e
                                : expired());
            }
        }

        @Override
        ReplicatorException expired() {
            var millis = timeout().toMillis();
            return leaderKnown.getAsBoolean()
                    ? new ReplicatorException(
                            Code.TIMEOUT,
                            false,
                            "No majority said within %d ms what is newest.".formatted(millis))
                    : new ReplicatorException(
                            Code.NO_LEADER,
                            false,
                            "No leader is known, so nobody can say what is newest (waited %d ms)."
                                    .formatted(millis));
        }
    }
}
