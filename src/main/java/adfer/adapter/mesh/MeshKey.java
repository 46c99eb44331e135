package adfer.adapter.mesh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that all nodes of a cluster share. It is never printed. */
public final class MeshKey {
    /** Shorter keys are refused. */
    public static final int MIN_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] PURPOSE =
            "adfer mesh heartbeat 1".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;

    private MeshKey(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * The key for heartbeats, derived from the cluster's secret so that other uses of that secret
     * can't be mixed up with this one.
     *
     * @param secret at least {@value #MIN_BYTES} bytes, 32 random ones are best; copied
     * @throws IllegalArgumentException when it is shorter
     */
    public static MeshKey of(byte[] secret) {
        if (secret.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "The mesh's key has %d bytes: use at least %d random ones."
                            .formatted(secret.length, MIN_BYTES));
        }
        Mac derive = mac(new SecretKeySpec(secret, ALGORITHM));
        return new MeshKey(new SecretKeySpec(derive.doFinal(PURPOSE), ALGORITHM));
    }

    /** A new authenticator with this key, for one thread at a time. */
    Mac mac() {
        return mac(key);
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "MeshKey[hidden]";
    }
}
