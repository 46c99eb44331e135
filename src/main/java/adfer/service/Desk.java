package adfer.service;

import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.port.Replicator;
import adfer.port.ReplicatorException;
import adfer.state.Command;
import adfer.state.Reply;
import adfer.state.SeenRequest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a person's command is handed in. What it answers can be seen at this node: it brings this
 * node's copy of the state as far as the caller must see.
 */
public final class Desk {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Replica replica;
    private final Replicator replicator;
    private final Submitter submitter;

    public Desk(Replica replica, Replicator replicator, Submitter submitter) {
        this.replica = replica;
        this.replicator = replicator;
        this.submitter = submitter;
    }

    /**
     * Waits until this node's copy has everything that was acknowledged anywhere before the call.
     *
     * @return the index reached, or why it could not be had
     */
    Result<Long> catchUp() {
        try {
            return Result.ok(
                    replicator
                            .barrier(PATIENCE)
                            .get(PATIENCE.toMillis() + 1_000, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            String why =
                    e.getCause() instanceof ReplicatorException problem
                            ? problem.getMessage()
                            : "No answer in time.";
            return Result.refused("not-newest", "The newest state can't be had now: " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.refused("closed", "This node is stopping.");
        }
    }

    /**
     * Hands a command in and waits until this node has applied it.
     *
     * @param request names the wish, so that handing it in twice does it once; may be empty
     * @return the index at which it was first accepted
     */
    Result<Long> submit(Actor actor, String request, String reason, Command command) {
        return shown(submitter.submitAndWait(actor, request, reason, command));
    }

    /** What an earlier answer says, once this node shows it. */
    Result<Long> shown(Reply reply) {
        return switch (reply) {
            case Reply.Rejected(long ignored, Problem problem) ->
                    new Result.Refused<>(List.of(problem));
            case Reply.Accepted(long index) ->
                    replica.awaitIndex(index, PATIENCE)
                            ? Result.ok(index)
                            : Result.refused(
                                    "not-applied-yet",
                                    "It was accepted, but this node has not caught up with it"
                                            + " yet.");
        };
    }

    /**
     * The answer that a request of this name got before. What it asked for may have changed what
     * there is to confirm, so it must not be measured against that again.
     */
    Optional<Reply> answered(String request) {
        return Optional.of(request)
                .filter(name -> !name.isEmpty())
                .flatMap(name -> replica.state().find(SeenRequest.key(name)))
                .map(seen -> ((SeenRequest) seen).reply());
    }
}
