package adfer.adapter.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of certificates and keys, as the JDK alone can read and write it. */
final class Pem {
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    /**
     * @param file that is named where something is wrong
     * @throws IllegalArgumentException with one sentence when there is no certificate in it
     */
    static List<X509Certificate> certificates(Object file, String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(file, text, CERTIFICATE)) {
            try {
                certificates.add(
                        (X509Certificate)
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificate(new ByteArrayInputStream(der)));
            } catch (CertificateException e) {
                throw new IllegalArgumentException(
                        file + " holds a certificate that can't be read.", e);
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
        }
        return certificates;
    }

    /**
     * @throws IllegalArgumentException with one sentence, which tells nothing of the key, when
     *     there is none that can be used
     */
    static PrivateKey key(Object file, String text) {
        List<byte[]> found = blocks(file, text, PRIVATE_KEY);
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    file
                            + " has to hold one private key in PKCS#8 form without a password"
                            + " (-----BEGIN PRIVATE KEY-----); openssl pkcs8 -topk8 -nocrypt makes"
                            + " it of another.");
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(found.getFirst());
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                // It is of another kind.
            }
        }
        throw new IllegalArgumentException(
                file + " holds a key that is none of " + String.join(", ", KINDS) + ".");
    }

    static String of(X509Certificate certificate) {
        try {
            return block(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException e) {
            throw new IllegalArgumentException("this certificate has no encoded form", e);
        }
    }

    /** Of a key as PKCS#8 has it. */
    static String ofKey(byte[] der) {
        return block(PRIVATE_KEY, der);
    }

    private static List<byte[]> blocks(Object file, String text, String kind) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals(kind)) {
                try {
                    blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            file + " is cut off or garbled: its text is no Base64.", e);
                }
            }
        }
        return blocks;
    }

    private static String block(String kind, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %1$s-----%n".formatted(kind, body);
    }
}
