package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Canonical;

import java.time.Instant;

/**
 * One line of the audit trail. Each carries the hash of the one before, so that a changed or
 * missing line shows.
 *
 * @param number from 1, without gaps
 * @param action the command's name
 * @param subject what it was about
 * @param accepted false when it was refused; then the sentence says why
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
        String previous,
        String hash) {
    public static final String GENESIS = "0".repeat(64);

    static AuditEntry after(
            String previous,
            long number,
            long index,
            Entry entry,
            String subject,
            boolean accepted,
            String sentence) {
        AuditEntry open =
                new AuditEntry(
                        number,
                        index,
                        entry.at(),
                        entry.actor(),
                        entry.command().getClass().getSimpleName(),
                        subject,
                        entry.reason(),
                        accepted,
                        sentence,
                        previous,
                        "");
        return open.sealed();
    }

    private AuditEntry sealed() {
        return new AuditEntry(
                number,
                index,
                at,
                actor,
                action,
                subject,
                reason,
                accepted,
                sentence,
                previous,
                Canonical.hex(this));
    }

    /** True when the hash is that of the content. */
    public boolean intact() {
        AuditEntry open =
                new AuditEntry(
                        number, index, at, actor, action, subject, reason, accepted, sentence,
                        previous, "");
        return Canonical.hex(open).equals(hash);
    }
}
