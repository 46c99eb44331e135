package adfer.api;

import adfer.access.Right;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.service.Adfer;
import adfer.service.Replica;
import adfer.state.ClusterState;

import io.swagger.v3.oas.annotations.Operation;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** Server-sent events: says that something changed, so that whoever watches looks again. */
@Path("/api/v1/events")
public final class EventResource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventResource.class);

    /** How many may watch at one time. */
    static final int MOST = 200;

    private static final Duration GATHER = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Adfer adfer;
    private final Semaphore places = new Semaphore(MOST);
    private final Set<Bell> bells = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public EventResource(Adfer adfer) {
        this.adfer = adfer;
    }

    /**
     * One event.
     *
     * @param index the log index reached
     * @param kinds which kinds of things changed
     */
    public record Change(long index, List<Kind> kinds) {}

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Needs(Right.LOOK)
    @Operation(summary = "A stream of what changes: event 'change' with the index and the kinds")
    public void events(@BeanParam Caller caller, @Context SseEventSink sink, @Context Sse sse) {
        BooleanSupplier stillIn = caller.stillIn();
        if (closed || !places.tryAcquire()) {
            sink.close();
            return;
        }
        Bell bell = new Bell();
        adfer.listen(bell);
        bells.add(bell);
        Thread.ofVirtual()
                .name("events")
                .start(() -> {
                    try {
                        tell(bell, stillIn, sink, sse);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.debug("Whoever watched has gone; there is nobody to tell.", e);
                    } finally {
                        bells.remove(bell);
                        adfer.unlisten(bell);
                        places.release();
                    }
                });
    }

    private void tell(Bell bell, BooleanSupplier stillIn, SseEventSink sink, Sse sse)
            throws InterruptedException {
        try (sink) {
            while (!sink.isClosed() && !closed) {
                Change change = bell.next(HEARTBEAT, adfer.index());
                if (!stillIn.getAsBoolean()) {
                    return;
                }
                var event =
                        sse.newEventBuilder()
                                .name(change.kinds().isEmpty() ? "heartbeat" : "change")
                                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                                .data(Change.class, change)
                                .build();
                sink.send(event).toCompletableFuture().join();
                Thread.sleep(GATHER);
            }
        }
    }

    /** Ends every stream: a node that stops waits for what it has still to answer. */
    @Override
    public void close() {
        closed = true;
        bells.forEach(bell -> bell.rung.release());
    }

    /** Gathers what changed until somebody asks; never grows beyond the number of kinds. */
    private static final class Bell implements Replica.Listener {
        private final Semaphore rung = new Semaphore(0);
        private final TreeSet<Kind> kinds = new TreeSet<>();

        @Override
        public void applied(ClusterState state, SortedSet<Key> touched) {
            synchronized (kinds) {
                touched.forEach(key -> kinds.add(key.kind()));
            }
            rung.release();
        }

        Change next(Duration longest, long index) throws InterruptedException {
            rung.tryAcquire(longest.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            rung.drainPermits();
            synchronized (kinds) {
                List<Kind> changed = List.copyOf(kinds);
                kinds.clear();
                return new Change(index, changed);
            }
        }
    }
}
