package adfer.adapter.tls;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a certificate stands, in PEM form.
 *
 * @param certificate it, and after it those between it and its authority, if any
 * @param key its private key, PKCS#8, without a password; readable by this service alone
 * @param authority the authorities whose certificates are trusted at the other end; empty where
 *     nobody has to show one
 * @param host which the certificate has to name; none for any
 */
public record CredentialFiles(
        Path certificate, Path key, Optional<Path> authority, Optional<String> host) {
    /** The file of the authority in a folder. */
    public static final String AUTHORITY = "authority.crt";

    /** By their names in a folder: {@code NAME.crt}, {@code NAME.key} and the authority's. */
    public static CredentialFiles in(Path folder, String name) {
        return new CredentialFiles(
                folder.resolve(name + ".crt"),
                folder.resolve(name + ".key"),
                Optional.of(folder.resolve(AUTHORITY)),
                Optional.empty());
    }

    /** The same, of which the certificate has to be for this host. */
    public CredentialFiles of(String named) {
        return new CredentialFiles(certificate, key, authority, Optional.of(named));
    }

    /** What a guard's files are called, apart from those of nodes. */
    public static String guard(String host) {
        return "guard-" + host;
    }
}
