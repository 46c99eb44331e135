package adfer.app;

import adfer.adapter.guard.GuardTls;
import adfer.adapter.raft.RaftConfig;
import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.LiveCredentials;
import adfer.adapter.tls.PeerName;
import adfer.app.AdferConfiguration.NodeSettings;
import adfer.port.Certificates;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How a node's connections are secured: with which certificates, and where not at all. */
final class Transport implements Certificates, AutoCloseable {
    private final AdferConfiguration given;
    private final Optional<LiveCredentials> own;
    private final List<LiveCredentials> opened = new ArrayList<>();
    private final Map<String, X509Certificate> guards = new ConcurrentHashMap<>();

    private Transport(AdferConfiguration given) {
        this.given = given;
        this.own = own(given);
        own.ifPresent(opened::add);
    }

    /**
     * @throws IllegalArgumentException with one sentence when a certificate can't be used
     */
    static Transport of(AdferConfiguration given) {
        return new Transport(given);
    }

    private static Optional<LiveCredentials> own(AdferConfiguration given) {
        @Nullable NodeSettings node = given.nodes.get(given.node);
        if (given.tls.folder.isBlank() || node == null) {
            return Optional.empty();
        }
        return Optional.of(
                LiveCredentials.open(
                        "node " + given.node,
                        CredentialFiles.in(Path.of(given.tls.folder), given.node)
                                .of(host(node.log)),
                        given.tls.lookEvery.toJavaDuration()));
    }

    /** The certificate for people: of its own files, or else the node's. */
    LiveCredentials people(Optional<CredentialFiles> files) {
        if (files.isEmpty()) {
            return own.orElseThrow(() ->
                    new IllegalArgumentException(
                            "server.connector: name a certificate and its key, or a tls.folder"
                                    + " that holds those of this node."));
        }
        LiveCredentials people =
                LiveCredentials.open(
                        "the console of " + given.node,
                        files.get(),
                        given.tls.lookEvery.toJavaDuration());
        opened.add(people);
        return people;
    }

    Optional<RaftConfig.Tls> log() {
        return own.map(credentials ->
                new RaftConfig.Tls(
                        credentials.keyManager(), credentials.trustManager(), PeerName::names));
    }

    /** The node's side of the link to its guards. */
    Optional<GuardTls> guards() {
        return own.map(credentials ->
                new GuardTls(credentials::context, certificate -> false, guards::put));
    }

    /** Who hears the connections that aren't secured; nothing where all stay on this machine. */
    Optional<String> warning() {
        if (own.isPresent()) {
            return Optional.empty();
        }
        boolean outside =
                Stream.concat(
                                given.nodes.values().stream().map(node -> node.log),
                                given.guards.values().stream()
                                        .flatMap(hosts -> hosts.values().stream())
                                        .map(guard -> guard.address))
                        .anyMatch(address -> !Loopback.is(host(address)));
        return outside
                ? Optional.of(
                        "Nodes and guards talk without TLS: whoever is on the network between them"
                            + " can read the replicated log and write to it. Set tls.folder, unless"
                            + " that network is closed.")
                : Optional.empty();
    }

    @Override
    public List<Shown> shown() {
        Stream<Shown> ours =
                opened.stream().map(one -> new Shown(one.whose(), one.expires(), one.trouble()));
        Stream<Shown> theirs =
                guards.entrySet().stream()
                        .map(guard ->
                                new Shown(
                                        "the guard of host " + guard.getKey(),
                                        guard.getValue().getNotAfter().toInstant(),
                                        Optional.empty()));
        return Stream.concat(ours, theirs).toList();
    }

    static String host(String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    @Override
    public void close() {
        opened.forEach(LiveCredentials::close);
    }
}
