package adfer.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose certificates the command line believes: those of Java, and of an authority of one's own.
 */
public final class Trust {
    private Trust() {}

    /**
     * @param authority a file in PEM form
     * @throws CliException when it can't be read
     */
    public static SSLContext with(Path authority) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate known : known()) {
                store.setCertificateEntry("known-" + store.size(), known);
            }
            for (Certificate added : read(authority)) {
                store.setCertificateEntry("added-" + store.size(), added);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static X509Certificate[] known() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
                .toArray(X509Certificate[]::new);
    }

    private static Collection<? extends Certificate> read(Path authority) {
        try (InputStream in = Files.newInputStream(authority)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IOException | CertificateException e) {
            throw refused(authority);
        }
        throw refused(authority);
    }

    private static CliException refused(Path authority) {
        return new CliException(
                ExitCode.USAGE,
                "--authority: "
                        + authority
                        + (Files.exists(authority)
                                ? " holds no certificate in PEM form."
                                : " does not exist."));
    }

    /** What is wrong with a node's certificate, in one sentence; nothing where that isn't why. */
    static Optional<String> complaint(String node, IOException failure) {
        return cause(failure, SSLException.class).map(refusal -> sentence(node, refusal));
    }

    private static String sentence(String node, SSLException refusal) {
        String said = String.valueOf(refusal.getMessage()).replaceFirst("^\\(\\w+\\) ", "");
        if (cause(refusal, CertificateExpiredException.class).isPresent()) {
            return "The certificate of " + node + " has expired: renew it (./adfer certs renew).";
        }
        if (said.contains("unable to find valid certification path")) {
            return "The certificate of "
                    + node
                    + " is signed by nobody that this machine knows: give its authority, such as"
                    + " --authority authority.crt (or ADFER_AUTHORITY).";
        }
        if (said.contains("No name matching") || said.contains("subject alternative")) {
            return "The certificate of " + node + " is for another host (" + said + ").";
        }
        if (said.contains("Unsupported or unrecognized SSL message")) {
            return node
                    + " does not speak TLS: ask it as "
                    + node.toLowerCase(Locale.ROOT).replaceFirst("^https", "http")
                    + ".";
        }
        return "No TLS connection to " + node + " came about (" + said + ").";
    }

    private static <T extends Throwable> Optional<T> cause(
            @Nullable Throwable failure, Class<T> kind) {
        Throwable at = failure;
        while (at != null && !kind.isInstance(at)) {
            at = at.getCause();
        }
        return Optional.ofNullable(at).map(kind::cast);
    }
}
