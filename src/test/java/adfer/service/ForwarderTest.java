package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.audit.Search;
import adfer.kernel.Actor;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.port.AuditSink;
import adfer.port.Ledger;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The audit trail on its way to somebody who isn't always there. */
class ForwarderTest {
    private static final NodeId B1 = new NodeId("b1");

    private final List<AuditEntry> trail = new ArrayList<>();
    private ClusterState state = ClusterState.EMPTY;
    private final AtomicInteger troubles = new AtomicInteger();
    private final Sink sink = new Sink();

    ForwarderTest() {
        for (int i = 1; i <= 450; i++) {
            Entry entry =
                    new Entry(
                            "",
                            new Actor("ann", "cli"),
                            Instant.EPOCH,
                            "",
                            new Command.EndSessions("bob" + i));
            Applied applied = Transition.apply(state, i, entry);
            state = applied.state();
            trail.add(applied.audit().orElseThrow());
        }
    }

    @Test
    void allOfItGoesInOrder() {
        try (var _ = forwarder()) {
            await().until(() -> sink.numbers().equals(numbers(1, 450)));
        }
        assertThat(sink.last()).contains(new AuditSink.Mark(450, trail.getLast().hash()));
    }

    @Test
    void itGoesOnWhereItWas() {
        sink.last = Optional.of(new AuditSink.Mark(400, trail.get(399).hash()));
        try (var _ = forwarder()) {
            await().until(() -> sink.numbers().equals(numbers(401, 450)));
        }
    }

    @Test
    void anotherTrailThanTheOneThatWasSentGoesFromItsBeginning() {
        sink.last = Optional.of(new AuditSink.Mark(400, "of a generation that was given up"));
        try (var _ = forwarder()) {
            await().until(() -> sink.numbers().equals(numbers(1, 450)));
        }
    }

    @Test
    void whatWasOnItsWayWhenItBrokeComesAgainAndThatIsTold() {
        sink.breaks.set(3);
        try (Forwarder forwarder = forwarder()) {
            await().until(() -> forwarder.sentence().isPresent());
            assertThat(forwarder.sentence().orElseThrow())
                    .startsWith("The audit trail is not forwarded to a test now (it broke); ")
                    .endsWith(" wait in this node's database, and nothing is lost.");
            await().until(() -> forwarder.sentence().isEmpty());
            await().until(() -> sink.numbers().containsAll(numbers(1, 450)));
        }
    }

    @Test
    void databaseThatFailsForAMomentEndsNothing() {
        troubles.set(2);
        try (var _ = forwarder()) {
            await().until(() -> sink.numbers().equals(numbers(1, 450)));
        }
    }

    private static List<Long> numbers(int first, int last) {
        return Stream.iterate((long) first, n -> n <= last, n -> n + 1).toList();
    }

    private Forwarder forwarder() {
        Ledger ledger = new Trail();
        return new Forwarder(
                B1, new Replica(ledger, new JacksonCodec()), ledger, sink, Duration.ofMillis(50));
    }

    private static final class Sink implements AuditSink {
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private volatile Optional<Mark> last = Optional.empty();
        private final AtomicInteger breaks = new AtomicInteger();

        List<Long> numbers() {
            return taken.stream()
                    .map(message -> message.replaceFirst(".* number=\"(\\d+)\".*", "$1"))
                    .map(Long::valueOf)
                    .toList();
        }

        @Override
        public String name() {
            return "a test";
        }

        @Override
        public Optional<Mark> last() {
            return last;
        }

        @Override
        public void send(List<String> messages, Mark mark) throws IOException {
            if (!taken.isEmpty() && breaks.getAndDecrement() > 0) {
                throw new IOException("it broke");
            }
            taken.addAll(messages);
            last = Optional.of(mark);
        }

        @Override
        public void close() {}
    }

    private final class Trail implements Ledger {
        @Override
        public ClusterState load() {
            return state;
        }

        @Override
        public List<AuditEntry> auditAfter(Search search, long after, long upTo, int limit) {
            if (troubles.getAndDecrement() > 0) {
                throw new IllegalStateException("the database is busy");
            }
            return trail.stream()
                    .filter(entry -> entry.number() > after && entry.number() <= upTo)
                    .limit(limit)
                    .toList();
        }

        @Override
        public void commit(ClusterState changed, SortedSet<Key> touched, List<AuditEntry> audit) {}

        @Override
        public void replace(ClusterState other, Stream<AuditEntry> audit) {}

        @Override
        public List<AuditEntry> audit(Search search, long before, int limit) {
            return List.of();
        }

        @Override
        public Stream<AuditEntry> auditUpTo(long upTo) {
            return Stream.empty();
        }

        @Override
        public void close() {}
    }
}
