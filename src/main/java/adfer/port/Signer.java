package adfer.port;

/** This node's own key, with which it answers for what it has applied. */
public interface Signer {
    /** The public key; see {@link adfer.kernel.Ed25519}. */
    String key();

    /** The signature of a text, which {@link adfer.kernel.Ed25519#verifies} can check. */
    String sign(String text);
}
