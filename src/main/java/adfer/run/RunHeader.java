package adfer.run;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.RunId;

import java.time.Instant;
import java.util.Optional;

/**
 * What changes of a run as a whole.
 *
 * @param journal how many journal entries it has
 * @param proof what the change of owner stands on, once there is something
 */
public record RunHeader(
        RunId id, Phase phase, long journal, Optional<Proof> proof, Optional<Instant> endedAt)
        implements Entity {
    /** Where a run is. {@link #DONE} and {@link #CANCELLED} are ends. */
    public enum Phase {
        RUNNING,
        PAUSED,
        CANCELLING,
        DONE,
        CANCELLED;

        public boolean ended() {
            return this == DONE || this == CANCELLED;
        }
    }

    @Override
    public Key key() {
        return key(id);
    }

    public static Key key(RunId id) {
        return new Key(Kind.RUN, id.value());
    }

    public RunHeader in(Phase next, Instant at) {
        return new RunHeader(
                id, next, journal, proof, next.ended() ? Optional.of(at) : Optional.empty());
    }

    public RunHeader proven(Optional<Proof> by) {
        return new RunHeader(id, phase, journal, by, endedAt);
    }

    public RunHeader journaled() {
        return new RunHeader(id, phase, journal + 1, proof, endedAt);
    }
}
