package adfer;

import adfer.port.Signer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** A key pair in memory. */
public final class Keys implements Signer {
    private final KeyPair pair;

    private Keys(KeyPair pair) {
        this.pair = pair;
    }

    public static Keys make() {
        try {
            return new Keys(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String key() {
        return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }

    @Override
    public String sign(String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
