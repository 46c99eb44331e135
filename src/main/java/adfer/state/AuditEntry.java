package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Canonical;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of the audit trail. Each carries the hash of the one before, so that a changed or
 * missing line shows.
 *
 * @param number from 1, without gaps
 * @param action the command's name
 * @param subject what it was about
 * @param accepted false when it was refused; then the sentence says why
 * @param state the fingerprint of the whole replicated state that the command left, which also
 *     vouches for what leaves no line of its own
 * @param seal a node's signature under the trail so far, where the command was that
 * @param previous the hash of the line before
 * @param hash SHA-256 over all the rest
 */
public record AuditEntry(
        long number,
        long index,
        Instant at,
        Actor actor,
        String action,
        String subject,
        String reason,
        boolean accepted,
        String sentence,
        String state,
        Optional<Seal> seal,
        String previous,
        String hash) {
    public static final String GENESIS = "0".repeat(64);

    /**
     * @param state as the command left it
     */
    static AuditEntry after(ClusterState state, Entry entry, boolean accepted, String sentence) {
        Optional<Seal> seal =
                accepted && entry.command() instanceof Command.SignCheckpoint(Seal signed)
                        ? Optional.of(signed)
                        : Optional.empty();
        return new AuditEntry(
                        state.audits() + 1,
                        state.index(),
                        entry.at(),
                        entry.actor(),
                        entry.command().getClass().getSimpleName(),
                        Description.subject(entry.command()),
                        entry.reason(),
                        accepted,
                        sentence,
                        state.fingerprint(),
                        seal,
                        state.auditHead(),
                        "")
                .sealed();
    }

    private AuditEntry with(String newHash) {
        return new AuditEntry(
                number, index, at, actor, action, subject, reason, accepted, sentence, state, seal,
                previous, newHash);
    }

    /** With the hash that its content has. */
    public AuditEntry sealed() {
        return with(Canonical.hex(with("")));
    }

    /** True when the hash is that of the content. */
    public boolean intact() {
        return Canonical.hex(with("")).equals(hash);
    }
}
