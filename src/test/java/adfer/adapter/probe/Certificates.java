package adfer.adapter.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority and what it signs, made by the keytool that any JDK brings along. */
public final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path file;

    public Certificates(Path folder) throws Exception {
        file = folder.resolve("keys.p12");
        make("authority", "-ext", "bc:c", "-validity", "3650", "-startdate", "-1000d");
    }

    /**
     * A context that presents a new certificate, valid for 100 days, and trusts the authority.
     *
     * @param name what it is for, such as {@code ip:127.0.0.1}
     * @param start when it begins to be valid, such as {@code -1d}
     */
    public SSLContext signed(String alias, String name, String start) throws Exception {
        make(
                alias,
                "-signer",
                "authority",
                "-ext",
                "san=" + name,
                "-validity",
                "100",
                "-startdate",
                start);
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            all.load(in, PASSWORD);
        }
        KeyStore own = empty();
        Certificate[] chain = all.getCertificateChain(alias);
        own.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, chain);
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", all.getCertificate("authority"));

        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        return store;
    }

    private void make(String alias, String... options) throws Exception {
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new ArrayList<>(List.of(keytool, "-genkeypair", "-alias", alias));
        command.addAll(List.of("-keyalg", "EC", "-dname", "CN=" + alias));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(Arrays.asList(options));
        Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), UTF_8);
        if (made.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }
}
