package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.port.Notifier.Notice;
import adfer.state.Command;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Calls people as a test, so that the ways in which this node does so are tried before the night on
 * which they are needed. Each is tried once; who asked is committed first.
 */
public final class TestCalls {
    private final String cluster;
    private final NodeId self;
    private final Ways ways;
    private final Desk desk;
    private final InstantSource clock;

    /** However many ask, people get one at a time. */
    private final Semaphore one = new Semaphore(1);

    public TestCalls(String cluster, NodeId self, Ways ways, Desk desk, InstantSource clock) {
        this.cluster = cluster;
        this.self = self;
        this.ways = ways;
        this.desk = desk;
        this.clock = clock;
    }

    /**
     * By what a node calls people.
     *
     * @param ways as its configuration names them
     * @param within how long a test takes at most
     * @param sentence the same in words
     */
    public record WaysView(NodeId node, List<String> ways, Duration within, String sentence) {
        public WaysView {
            ways = List.copyOf(ways);
        }
    }

    /**
     * What came of one way.
     *
     * @param problem why the other side didn't take it; none where it did
     */
    public record Tried(String way, Optional<String> problem) {}

    /** What came of a test. */
    public record Made(NodeId node, List<Tried> ways) {
        public Made {
            ways = List.copyOf(ways);
        }
    }

    public WaysView ways(Principal who) {
        List<String> names = who.maySomewhere(Right.LOOK) ? ways.names() : List.of();
        return new WaysView(
                self,
                names,
                ways.timeout(),
                names.isEmpty()
                        ? nobody()
                        : "Node " + self + " calls people by " + String.join(", ", names) + ".");
    }

    private String nobody() {
        return "Node "
                + self
                + " calls nobody: name webhooks or mails under notify in its configuration, and"
                + " start it again.";
    }

    /** Tells people by every way that this is a test. */
    public Result<Made> make(Principal who, String request, String reason) {
        return Places.allowed(who, Right.TEST_CALL, Place.CLUSTER)
                .then(ignored ->
                        ways.none()
                                ? Result.refused("no-ways", nobody())
                                : alone(who, request, reason));
    }

    private Result<Made> alone(Principal who, String request, String reason) {
        if (!one.tryAcquire()) {
            return Result.refused(
                    "test-under-way",
                    "A test call of node " + self + " is under way; wait until it has ended.");
        }
        try {
            return desk.submit(
                            who.actor(), request, reason, new Command.TestCall(self, ways.names()))
                    .then(index -> call(who, index));
        } finally {
            one.release();
        }
    }

    private Result<Made> call(Principal who, long index) {
        Notice notice =
                new Notice(
                        cluster,
                        "test-" + self + "-" + index,
                        List.of(
                                "This is a test call. "
                                        + who.name()
                                        + " has asked node "
                                        + self
                                        + " for it; nothing has happened, and nothing has to be"
                                        + " done."),
                        clock.instant());
        try {
            return Result.ok(
                    new Made(self, ways.attempt(notice).stream().map(TestCalls::shown).toList()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.refused("closed", "This node is stopping.");
        }
    }

    private static Tried shown(Ways.Tried tried) {
        return new Tried(tried.way(), tried.problem().map(Problem::sentence));
    }
}
