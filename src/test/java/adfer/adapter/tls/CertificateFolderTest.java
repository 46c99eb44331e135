package adfer.adapter.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/** What the private authority leaves on the disk. */
class CertificateFolderTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir Path parent;

    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private CertificateFolder certificates;

    @BeforeEach
    void begin() throws IOException {
        folder = parent.resolve("certs");
        certificates = new CertificateFolder(folder);
        assertThat(certificates.begin("test", NOW, YEAR.multipliedBy(2))).isTrue();
    }

    @Test
    void keysAreForTheirOwnerAlone() throws IOException {
        certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR);
        certificates.guard("guard-h", Set.of("10.77.1.9"), NOW, YEAR);
        assertThat(mode(folder)).isEqualTo("rwx------");
        for (String name : Set.of("authority", "a1", "guard-h")) {
            assertThat(mode(folder.resolve(name + ".key"))).as(name).isEqualTo("rw-------");
            assertThat(mode(folder.resolve(name + ".crt"))).as(name).isEqualTo("rw-r--r--");
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(6);
        }
    }

    /** Java leaves it out, and GnuTLS refuses such a key. */
    @Test
    void keysHaveTheirPublicHalfWithThem() throws IOException {
        certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR);
        for (String name : Set.of("authority", "a1")) {
            PrivateKey key = Pem.key(name, Files.readString(folder.resolve(name + ".key")));
            byte[] der = Base64.getMimeDecoder().decode(body(folder.resolve(name + ".key")));
            ECPrivateKey whole =
                    ECPrivateKey.getInstance(PrivateKeyInfo.getInstance(der).parsePrivateKey());
            X509Certificate certificate =
                    Pem.certificates(name, Files.readString(folder.resolve(name + ".crt")))
                            .getFirst();
            assertThat(whole.getPublicKey().getBytes())
                    .isEqualTo(
                            SubjectPublicKeyInfo.getInstance(
                                            certificate.getPublicKey().getEncoded())
                                    .getPublicKeyData()
                                    .getBytes());
            assertThat(((java.security.interfaces.ECPrivateKey) key).getS())
                    .isEqualTo(whole.getKey());
        }
    }

    private static String body(Path file) throws IOException {
        return Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    }

    @Test
    void authorityIsNeverReplaced() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("authority.key"));
        assertThat(certificates.begin("test", NOW, YEAR)).isFalse();
        Files.delete(folder.resolve("authority.crt"));
        assertThat(certificates.begin("test", NOW, YEAR)).isFalse();
        assertThat(Files.readAllBytes(folder.resolve("authority.key"))).isEqualTo(before);
    }

    @Test
    void renewalMakesANewKey() throws IOException {
        certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR);
        String key = Files.readString(folder.resolve("a1.key"));
        var renewed = certificates.node("a1", Set.of("10.77.1.2"), NOW, Duration.ofDays(10));
        assertThat(Files.readString(folder.resolve("a1.key"))).isNotEqualTo(key);
        assertThat(renewed.hosts()).containsExactly("10.77.1.2");
        assertThat(renewed.expires()).isEqualTo(NOW.plus(Duration.ofDays(10)));
        assertThat(mode(folder.resolve("a1.key"))).isEqualTo("rw-------");
    }

    @Test
    void noCertificateOutlivesItsAuthority() throws IOException {
        var issued = certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR.multipliedBy(9));
        assertThat(issued.expires()).isEqualTo(NOW.plus(YEAR.multipliedBy(2)));
    }

    @Test
    void entriesNameTheAuthorityFirst() throws IOException {
        certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR);
        assertThat(certificates.entries())
                .extracting(CertificateFolder.Entry::name)
                .containsExactly("authority", "a1");
    }

    @Test
    void withoutItsKeyTheAuthoritySignsNothing() throws IOException {
        Files.delete(folder.resolve("authority.key"));
        assertThatThrownBy(() -> certificates.node("a1", Set.of("10.77.1.1"), NOW, YEAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authority.key does not exist");
        assertThat(certificates.has("a1")).isFalse();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
