package adfer.state;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.Sorted;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Up to where the nodes are to sign the audit trail, and with which key each of them does. The
 * signatures themselves are entries of the trail.
 *
 * @param number the last entry to be signed, 0 when there is none yet
 * @param head that entry's hash
 * @param seals how many signatures the trail has grown by since
 */
public record Checkpoint(
        long number, String head, Instant at, long seals, SortedMap<NodeId, Signer> signers)
        implements Entity {
    public static final Key KEY = new Key(Kind.CHECKPOINT, "present");

    static final Checkpoint NONE =
            new Checkpoint(0, AuditEntry.GENESIS, Instant.EPOCH, 0, Sorted.empty());

    /**
     * One node's key.
     *
     * @param key see {@link adfer.kernel.Ed25519}
     * @param number the last entry that it has signed with this key, 0 for none
     */
    public record Signer(String key, Instant since, long number) {}

    public Checkpoint {
        signers = Sorted.copy(signers);
    }

    @Override
    public Key key() {
        return KEY;
    }

    public Optional<Signer> signer(NodeId node) {
        return Optional.ofNullable(signers.get(node));
    }

    /** Whether a node has yet to sign this checkpoint with that key. */
    public boolean awaits(NodeId node, String key) {
        return signer(node)
                .filter(signer -> signer.key().equals(key) && signer.number() < number)
                .isPresent();
    }

    /** Whether the trail has grown since by more than the signatures under it. */
    public boolean outgrown(long audits) {
        return audits > number + seals;
    }

    Checkpoint moved(long newNumber, String newHead, Instant now) {
        return new Checkpoint(newNumber, newHead, now, 0, signers);
    }

    Checkpoint announced(NodeId node, String key, Instant now) {
        return new Checkpoint(
                number, head, at, seals, Sorted.plus(signers, node, new Signer(key, now, 0)));
    }

    Checkpoint signed(Seal seal) {
        Instant since = signer(seal.node()).map(Signer::since).orElse(at);
        return new Checkpoint(
                number,
                head,
                at,
                seals + 1,
                Sorted.plus(signers, seal.node(), new Signer(seal.key(), since, seal.number())));
    }
}
