package adfer.adapter.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A certificate with its key and the authorities that it trusts, read once and found to belong
 * together.
 */
final class Credentials {
    /** A peer that comes again is looked at anew after so long. */
    private static final int SESSION_SECONDS = 300;

    private static final Set<PosixFilePermission> EVERYBODY =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /** What the files held. */
    record Texts(String certificate, String key, Optional<String> authority) {
        static Texts of(CredentialFiles files) {
            checkKept(files.key());
            return new Texts(
                    text(files.certificate()),
                    text(files.key()),
                    files.authority().map(Texts::text));
        }

        /** A group may read it, since that is how a service is given what root owns. */
        private static void checkKept(Path key) {
            try {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
                if (permissions.stream().anyMatch(EVERYBODY::contains)) {
                    throw new IllegalArgumentException(
                            key
                                    + " is open to everybody on this machine; run chmod o= on it,"
                                    + " and renew the certificate if others may have read it.");
                }
            } catch (UnsupportedOperationException | IOException e) {
                // What can't be read is told of when it is read.
            }
        }

        private static String text(Path file) {
            try {
                return Files.readString(file, StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        file + (Files.exists(file) ? " can't be read." : " does not exist."), e);
            }
        }

        @Override
        public String toString() {
            return "Texts[hidden]";
        }
    }

    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final X509ExtendedTrustManager trust;

    private Credentials(
            PrivateKey key, List<X509Certificate> chain, X509ExtendedTrustManager trust) {
        this.key = key;
        this.chain = chain;
        this.trust = trust;
    }

    /**
     * @throws IllegalArgumentException with one sentence when they can't be used together
     */
    static Credentials of(CredentialFiles files, Texts texts) {
        List<X509Certificate> chain = Pem.certificates(files.certificate(), texts.certificate());
        PrivateKey key = Pem.key(files.key(), texts.key());
        if (!belong(key, chain.getFirst())) {
            throw new IllegalArgumentException(
                    files.key()
                            + " is not the key of the certificate in "
                            + files.certificate()
                            + ".");
        }
        files.host()
                .filter(host -> !PeerName.names(chain.getFirst(), host))
                .ifPresent(host -> {
                    throw new IllegalArgumentException(
                            "the certificate in %s is for %s, not for %s, where others expect it."
                                    .formatted(
                                            files.certificate(),
                                            String.join(", ", PeerName.all(chain.getFirst())),
                                            host));
                });
        List<X509Certificate> authorities = new ArrayList<>();
        files.authority()
                .ifPresent(file ->
                        authorities.addAll(
                                Pem.certificates(file, texts.authority().orElseThrow())));
        return new Credentials(key, chain, trusting(authorities));
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        byte[] said = "Is this yours?".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(signatureOf(key));
            signature.initSign(key);
            signature.update(said);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(said);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureOf(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
    }

    private static X509ExtendedTrustManager trusting(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java has no trust manager", e);
        }
    }

    PrivateKey key() {
        return key;
    }

    X509Certificate[] chain() {
        return chain.toArray(X509Certificate[]::new);
    }

    X509ExtendedTrustManager trust() {
        return trust;
    }

    /** When the first certificate of the chain ends. */
    Instant expires() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** A context of its own: no session of earlier credentials goes on in it. */
    SSLContext context(OwnKey own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new OwnKey[] {own}, new TrustManager[] {trust}, null);
            for (SSLSessionContext sessions :
                    List.of(context.getServerSessionContext(), context.getClientSessionContext())) {
                sessions.setSessionTimeout(SESSION_SECONDS);
            }
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
