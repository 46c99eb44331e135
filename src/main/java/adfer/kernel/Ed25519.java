package adfer.kernel;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * Ed25519 signatures as they are checked: a function of values, by the JDK's own provider, so that
 * all nodes decide alike. Keys are X.509 (RFC 8410) and, like signatures, in Base64.
 */
public final class Ed25519 {
    private static final String PROVIDER = "SunEC";
    private static final int LONGEST = 200;

    private Ed25519() {}

    /** Whether this is the signature of the text by the owner of the key. */
    public static boolean verifies(String key, String text, String signature) {
        Optional<byte[]> keyBytes = bytes(key);
        Optional<byte[]> signatureBytes = bytes(signature);
        if (keyBytes.isEmpty() || signatureBytes.isEmpty()) {
            return false;
        }
        try {
            Signature check = Signature.getInstance("Ed25519", PROVIDER);
            check.initVerify(
                    KeyFactory.getInstance("Ed25519", PROVIDER)
                            .generatePublic(new X509EncodedKeySpec(keyBytes.get())));
            check.update(text.getBytes(StandardCharsets.UTF_8));
            return check.verify(signatureBytes.get());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether this is the text of a public key. */
    public static boolean key(String key) {
        return bytes(key).filter(Ed25519::decodes).isPresent();
    }

    private static boolean decodes(byte[] key) {
        try {
            var _ =
                    KeyFactory.getInstance("Ed25519", PROVIDER)
                            .generatePublic(new X509EncodedKeySpec(key));
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What people compare keys by: {@code SHA256:} and the hash of the key in Base64. */
    public static String fingerprint(String key) {
        byte[] hash = Canonical.sha256().digest(bytes(key).orElse(new byte[0]));
        return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    }

    /** Nothing but the one way in which these bytes are written. */
    private static Optional<byte[]> bytes(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return Optional.of(bytes)
                    .filter(same -> Base64.getEncoder().encodeToString(same).equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
