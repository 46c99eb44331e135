package adfer.state;

import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;

import java.util.Optional;

/**
 * How the audit trail is signed: the leader marks its end, and each node signs that mark. A mark
 * rather than the present end, which has moved on by the time a signature arrives.
 */
final class Checkpoints {
    /** Why a signature is refused that comes too late, or twice. */
    static final String STALE = "stale-checkpoint";

    private final Draft draft;

    Checkpoints(Draft draft) {
        this.draft = draft;
    }

    Optional<Problem> announce(NodeId node, String key) {
        if (!Ed25519.key(key)) {
            return problem("no-key", "What node " + node + " announced is no Ed25519 key.");
        }
        if (present().signer(node).filter(signer -> signer.key().equals(key)).isEmpty()) {
            draft.put(present().announced(node, key, draft.at()));
        }
        return Optional.empty();
    }

    Optional<Problem> begin() {
        ClusterState state = draft.state();
        if (present().outgrown(state.audits())) {
            draft.put(present().moved(state.audits(), state.auditHead(), draft.at()));
        }
        return Optional.empty();
    }

    Optional<Problem> sign(Seal seal) {
        Checkpoint mark = present();
        if (seal.number() < mark.number() || !mark.awaits(seal.node(), seal.key())) {
            return problem(STALE, "Node " + seal.node() + " needn't sign that, or not any more.");
        }
        if (seal.number() != mark.number() || !seal.head().equals(mark.head())) {
            return problem(
                    "other-trail",
                    "Node "
                            + seal.node()
                            + " signed an entry "
                            + seal.number()
                            + " which is not the one that the cluster has: it holds another audit"
                            + " trail.");
        }
        if (!seal.genuine()) {
            return problem(
                    "forged-signature",
                    "The signature of node "
                            + seal.node()
                            + " under entry "
                            + seal.number()
                            + " does not verify with its key "
                            + Ed25519.fingerprint(seal.key())
                            + ".");
        }
        draft.put(mark.signed(seal));
        return Optional.empty();
    }

    private Checkpoint present() {
        return draft.state().checkpoint();
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
