package adfer.state;

import adfer.kernel.Problem;

/** What the state machine answers to a command. */
public sealed interface Reply {
    long index();

    record Accepted(long index) implements Reply {}

    /** The command changed nothing. */
    record Rejected(long index, Problem problem) implements Reply {}
}
