package adfer.adapter.raft;

import static adfer.adapter.raft.Cluster.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.raft.RaftConfig.Tls;
import adfer.adapter.tls.CertificateFolder;
import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.LiveCredentials;
import adfer.adapter.tls.PeerName;
import adfer.port.ReplicatorException.Code;

import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Mutual TLS: nodes whose certificates their authority has signed form a group, each at a host of
 * its own, and a stranger's certificate is of no use to it.
 */
class TlsIT {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration OFTEN = Duration.ofMillis(50);

    private final Map<String, LiveCredentials> live = new HashMap<>();

    @TempDir Path root;

    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private CertificateFolder certificates;

    @SuppressWarnings("NullAway.Init")
    private Cluster cluster;

    @BeforeEach
    void makeCertificates() throws IOException {
        folder = root.resolve("certs");
        certificates = authority(folder);
        cluster = new Cluster(root, 3, this::secured);
        for (String id : cluster.peers.keySet()) {
            certificates.node(id, Set.of(host(id)), Instant.now(), DAY);
        }
    }

    @AfterEach
    void close() {
        cluster.close();
        live.values().forEach(LiveCredentials::close);
    }

    @Test
    void nodesWithCertificatesOfTheirAuthorityReplicate() {
        startAll();
        assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
        assertThat(submit(cluster.follower(), "b")).isEqualTo("2:b");
        cluster.awaitSameEverywhere();
    }

    @Test
    void strangerNeitherReadsNorWrites() throws Exception {
        Path elsewhere = root.resolve("elsewhere");
        authority(elsewhere).node("n2", Set.of(host("n2")), Instant.now(), DAY);
        move(elsewhere, "n2");
        startAll();
        assertOutside("n2");
    }

    @Test
    void nodeWithTheCertificateOfAnotherHostNeitherReadsNorWrites() throws Exception {
        certificates.node("n2", Set.of("127.0.0.99"), Instant.now(), DAY);
        startAll();
        assertOutside("n2");
    }

    @Test
    void nodeWhoseCertificateHasExpiredNeitherReadsNorWrites() throws Exception {
        certificates.node("n2", Set.of(host("n2")), Instant.now().minus(DAY.multipliedBy(9)), DAY);
        startAll();
        assertOutside("n2");
    }

    @Test
    void nodeSpeaksForItselfAlone() throws Exception {
        startAll();
        assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
        assertThat(vote("n1", "n2").getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(vote("n1", "n2").getDescription())
                .isEqualTo("it calls itself n2, but its certificate is not of that node's host");
        assertThat(vote("n1", "n1").getCode())
                .as("what the log itself says of a vote for another group")
                .isNotEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void guardIsNoMember() throws Exception {
        startAll();
        certificates.guard("guard-h", Set.of("127.0.0.9"), Instant.now(), DAY);
        assertThat(vote("guard-h", "n1").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        certificates.node("web", Set.of("127.0.0.9"), Instant.now(), DAY);
        assertThat(vote("web", "n1").getDescription())
                .isEqualTo("its certificate is of none of the nodes");
    }

    /** One node after the other gets a certificate of a new authority while the log goes on. */
    @Test
    void authorityIsChangedWithoutStoppingTheOthers() throws Exception {
        startAll();
        assertThat(submit(cluster.leader(), "a")).isEqualTo("1:a");
        Path elsewhere = root.resolve("elsewhere");
        CertificateFolder next = authority(elsewhere);
        Files.writeString(
                folder.resolve(CredentialFiles.AUTHORITY),
                Files.readString(folder.resolve(CredentialFiles.AUTHORITY))
                        + Files.readString(elsewhere.resolve(CredentialFiles.AUTHORITY)));
        cluster.stop("n2");
        next.node("n2", Set.of(host("n2")), Instant.now(), DAY);
        move(elsewhere, "n2");
        assertThat(submit(cluster.leader(), "b")).isEqualTo("2:b");
        cluster.start("n2", new Notebook());
        cluster.awaitSameEverywhere();
        assertThat(Objects.requireNonNull(cluster.nodes.get("n2")).notebook().entries())
                .containsExactly("a", "b");
    }

    private void startAll() {
        cluster.peers.keySet().forEach(id -> cluster.start(id, new Notebook()));
    }

    private void assertOutside(String id) {
        assertThat(submit(cluster.leader(), "secret")).isEqualTo("1:secret");
        var outside = Objects.requireNonNull(cluster.nodes.get(id));
        var failure =
                Cluster.failure(outside.log().submit(Cluster.bytes("x"), Duration.ofSeconds(3)));
        assertThat(failure.code()).isEqualTo(Code.NO_LEADER);
        assertThat(outside.notebook().entries()).isEmpty();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(10))
                .until(() -> cluster.leader().notebook().entries().equals(List.of("secret")));
    }

    /** What n0 answers to who asks for its vote under a name, with a certificate. */
    private Status vote(String certificate, String name) throws Exception {
        String target = peers(cluster.peers).get("n0");
        LiveCredentials shown = live(certificate);
        var tls =
                GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                        .keyManager(shown.keyManager())
                        .trustManager(shown.trustManager())
                        .build();
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(Objects.requireNonNull(target))
                        .sslContext(tls)
                        .build();
        try {
            var answer =
                    RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(10, TimeUnit.SECONDS)
                            .requestVote(
                                    RequestVoteRequestProto.newBuilder()
                                            .setServerRequest(
                                                    RaftRpcRequestProto.newBuilder()
                                                            .setRequestorId(
                                                                    ByteString.copyFromUtf8(name)))
                                            .build());
            return Status.OK.withDescription(answer.toString());
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private RaftConfig secured(RaftConfig usual) {
        return new RaftConfig(
                        usual.nodeId(),
                        usual.group(),
                        peers(usual.peers()),
                        usual.directory(),
                        usual.bindHost(),
                        usual.timing(),
                        usual.limits(),
                        usual.tls())
                .with(tls(usual.nodeId()));
    }

    private static Map<String, String> peers(Map<String, String> loopback) {
        Map<String, String> peers = new TreeMap<>();
        loopback.forEach(
                (id, address) -> peers.put(id, address.replace("127.0.0.1:", host(id) + ":")));
        return peers;
    }

    private static String host(String id) {
        return "127.0.0.1" + id.substring(1);
    }

    private Tls tls(String id) {
        LiveCredentials own = live(id);
        return new Tls(own.keyManager(), own.trustManager(), PeerName::names);
    }

    private LiveCredentials live(String id) {
        LiveCredentials opened = LiveCredentials.open(id, CredentialFiles.in(folder, id), OFTEN);
        LiveCredentials before = live.put(id, opened);
        if (before != null) {
            before.close();
        }
        return opened;
    }

    private static CertificateFolder authority(Path folder) throws IOException {
        CertificateFolder made = new CertificateFolder(folder);
        assertThat(made.begin("test", Instant.now(), DAY)).isTrue();
        return made;
    }

    private void move(Path from, String id) throws IOException {
        for (String file : List.of(id + ".crt", id + ".key")) {
            Files.move(
                    from.resolve(file),
                    folder.resolve(file),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
