package adfer.adapter.guard;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The secret that nodes and guards share. It is never printed. */
public final class GuardKey {
    static final int SEAL_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private GuardKey(SecretKeySpec key) {
        this.key = key;
    }

    /** The key for guards, derived from the cluster's secret and apart from its other uses. */
    public static GuardKey of(byte[] secret) {
        return new GuardKey(new SecretKeySpec(secret, ALGORITHM)).derive("adfer guard 1");
    }

    /** A key of its own for a purpose and what surrounds it. */
    GuardKey derive(String purpose, byte[]... context) {
        return new GuardKey(new SecretKeySpec(seal(purpose, context), ALGORITHM));
    }

    /**
     * @param context of fixed lengths, the last one excepted
     */
    byte[] seal(String purpose, byte[]... context) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            for (byte[] part : context) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "GuardKey[hidden]";
    }
}
