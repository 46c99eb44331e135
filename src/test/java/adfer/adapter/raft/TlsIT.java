package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.adapter.raft.RaftConfig.Tls;
import adfer.port.ReplicatorException;
import adfer.port.ReplicatorException.Code;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * Mutual TLS: nodes that know one another's certificates form a group, and a stranger's are of no
 * use to it.
 */
class TlsIT {
    private static final String PASSWORD = "changeit";

    @TempDir Path root;

    @Test
    void nodesWithCertificatesOfTheirAuthorityReplicate() throws Exception {
        try (var cluster = new Cluster(root, 3, c -> c.with(tls(c.nodeId())))) {
            trustEachOther(certificates("n0", "n1", "n2"));
            cluster.peers.keySet().forEach(id -> cluster.start(id, new Notebook()));
            assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
            assertThat(submit(cluster.follower(), "b")).isEqualTo("2:b");
            cluster.awaitSameEverywhere();
        }
    }

    @Test
    void strangerNeitherReadsNorWrites() throws Exception {
        try (var cluster = new Cluster(root, 3, c -> c.with(tls(c.nodeId())))) {
            trustEachOther(certificates("n0", "n1"));
            certificates("n2");
            cluster.peers.keySet().forEach(id -> cluster.start(id, new Notebook()));
            assertThat(submit(cluster.leader(), "secret")).isEqualTo("1:secret");
            var stranger = Objects.requireNonNull(cluster.nodes.get("n2"));
            var failure =
                    Cluster.failure(
                            stranger.log().submit(Cluster.bytes("x"), Duration.ofSeconds(3)));
            assertThat(failure.code()).isEqualTo(Code.NO_LEADER);
            assertThat(stranger.notebook().entries()).isEmpty();
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> cluster.leader().notebook().entries().equals(List.of("secret")));
        }
    }

    @Test
    void missingFileIsOneSentence() {
        var config = RaftConfig.of("n0", Cluster.freePeers(1), root.resolve("log")).with(tls("n0"));
        try (var log = new RaftReplicator(config, new Notebook(), e -> {})) {
            assertThatThrownBy(log::start)
                    .isInstanceOf(ReplicatorException.class)
                    .hasMessage(
                            "The TLS file %s of the replicated log cannot be read.",
                            root.resolve("n0.crt"));
        }
    }

    private Tls tls(String id) {
        return new Tls(
                root.resolve(id + ".crt"), root.resolve(id + ".key"), root.resolve(id + ".ca"));
    }

    /** One self-signed certificate each, which the node itself trusts. */
    private List<String> certificates(String... ids) throws Exception {
        var certificates = new ArrayList<String>();
        for (var id : ids) {
            var store = keystore(id);
            var certificate = pem("CERTIFICATE", store.getCertificate(id).getEncoded());
            var key = store.getKey(id, PASSWORD.toCharArray()).getEncoded();
            Files.writeString(root.resolve(id + ".crt"), certificate);
            Files.writeString(root.resolve(id + ".key"), pem("PRIVATE KEY", key));
            Files.writeString(root.resolve(id + ".ca"), certificate);
            certificates.add(certificate);
        }
        return certificates;
    }

    private void trustEachOther(List<String> certificates) throws IOException {
        for (var i = 0; i < certificates.size(); i++) {
            Files.writeString(root.resolve("n" + i + ".ca"), String.join("", certificates));
        }
    }

    private KeyStore keystore(String id)
            throws IOException, InterruptedException, GeneralSecurityException {
        var file = root.resolve(id + ".p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                id,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + id,
                                "-validity",
                                "2",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start();
        assertThat(process.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static String pem(String what, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what);
    }
}
