package adfer.adapter.raft;

import adfer.kernel.Generation;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;

import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The configuration of one node's replicated log.
 *
 * @param nodeId this node's name, one of the keys of {@code peers}: letters, digits, dot, dash and
 *     underscore
 * @param group the cluster's name, the same at every node; a node never talks to another group's
 *     nodes
 * @param peers every member there can be, this node included: name to {@code host:port}. A change
 *     is refused at start
 * @param directory where this node keeps log and snapshots of the first generation, and beside
 *     which it keeps those of later ones; local disk, belongs to this node alone
 * @param bindHost the address to listen on; by default the host of this node's entry in {@code
 *     peers}
 * @param timing how fast it notices and how long it waits
 * @param limits how much it takes and keeps
 * @param tls mutual TLS between the nodes; by default none, for loopback and closed networks
 */
public record RaftConfig(
        String nodeId,
        String group,
        Map<String, String> peers,
        Path directory,
        Optional<String> bindHost,
        Timing timing,
        Limits limits,
        Optional<Tls> tls) {

    public RaftConfig {
        peers = Map.copyOf(peers);
        require(
                nodeId.matches("[A-Za-z0-9._-]{1,64}"),
                "node id '%s' must be 1 to 64 letters, digits, '.', '-', '_'".formatted(nodeId));
        require(!group.isBlank(), "the group's name must not be empty");
        require(
                peers.containsKey(nodeId),
                "node '%s' is not among the peers %s"
                        .formatted(nodeId, new TreeMap<>(peers).keySet()));
        peers.forEach((id, address) ->
                require(
                        address.matches("[^\\s/]+:\\d{1,5}"),
                        "peer '%s': '%s' is not host:port".formatted(id, address)));
        require(
                peers.values().stream().distinct().count() == peers.size(),
                "two peers have one address: %s".formatted(peers));
    }

    /** The defaults: no TLS, fail-over of the leader in about two seconds. */
    public static RaftConfig of(String nodeId, Map<String, String> peers, Path directory) {
        return new RaftConfig(
                nodeId,
                "adfer",
                peers,
                directory,
                Optional.empty(),
                Timing.DEFAULT,
                Limits.DEFAULT,
                Optional.empty());
    }

    public RaftConfig with(Timing changed) {
        return new RaftConfig(nodeId, group, peers, directory, bindHost, changed, limits, tls);
    }

    public RaftConfig with(Limits changed) {
        return new RaftConfig(nodeId, group, peers, directory, bindHost, timing, changed, tls);
    }

    public RaftConfig with(Tls added) {
        return new RaftConfig(
                nodeId, group, peers, directory, bindHost, timing, limits, Optional.of(added));
    }

    /** Where it listens, if that is not where others reach it. */
    RaftConfig bindTo(String host) {
        return new RaftConfig(
                nodeId, group, peers, directory, Optional.of(host), timing, limits, tls);
    }

    /** The same for another generation of the cluster: each has a log in a folder of its own. */
    RaftConfig of(Generation generation) {
        Path own =
                generation.number() == 1
                        ? directory
                        : directory.resolveSibling(
                                directory.getFileName() + "-" + generation.label());
        return new RaftConfig(nodeId, group, peers, own, bindHost, timing, limits, tls);
    }

    /** Where this node listens. */
    InetSocketAddress listenOn() {
        var address = Optional.ofNullable(peers.get(nodeId)).orElseThrow();
        var colon = address.lastIndexOf(':');
        var port = Integer.parseInt(address.substring(colon + 1));
        return new InetSocketAddress(bindHost.orElse(address.substring(0, colon)), port);
    }

    /**
     * How fast it notices and how long it waits. Heartbeats go out every half of {@code
     * electionMin}.
     *
     * @param electionMin a follower that heard nothing for this long may stand for election; 100 ms
     *     to 1 min, at least ten round trips between the sites and longer than the worst pause of
     *     the JVM
     * @param electionMax the upper end of the same, chosen at random in between so that two rarely
     *     stand at once; above {@code electionMin}, to 2 min. A dead leader is replaced after one
     *     to two election timeouts
     * @param attempt how long one attempt at a remote node may take before it is repeated, 100 ms
     *     to 1 min
     * @param submitMax the longest timeout of a submit or barrier, 1 s to 5 min; retries are
     *     recognised for twice as long
     * @param handOver how long a closing leader tries to hand over, 0 to 1 min
     */
    public record Timing(
            Duration electionMin,
            Duration electionMax,
            Duration attempt,
            Duration submitMax,
            Duration handOver) {

        public static final Timing DEFAULT =
                new Timing(
                        Duration.ofMillis(700),
                        Duration.ofMillis(1300),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3));

        public Timing {
            range("electionMin", electionMin, Duration.ofMillis(100), Duration.ofMinutes(1));
            range("electionMax", electionMax, electionMin.plusMillis(1), Duration.ofMinutes(2));
            range("attempt", attempt, Duration.ofMillis(100), Duration.ofMinutes(1));
            range("submitMax", submitMax, Duration.ofSeconds(1), Duration.ofMinutes(5));
            range("handOver", handOver, Duration.ZERO, Duration.ofMinutes(1));
        }
    }

    /**
     * How much it takes and keeps.
     *
     * @param entryBytes the largest entry, 1 KiB to 32 MiB
     * @param outstandingEntries submits on their way from this node at once, 1 to 65,536; more fail
     *     as BUSY
     * @param outstandingBytes their bytes together, at least {@code entryBytes}
     * @param snapshotEntries a snapshot is taken after this many entries, 1 to 10,000,000 ...
     * @param snapshotBytes ... or this many bytes, whichever comes first, at least 64 KiB; with
     *     {@code segmentBytes} it bounds the log on disk (about twice this) and the time a restart
     *     needs
     * @param segmentBytes size of one file of the log, 64 KiB to 1 GiB
     */
    public record Limits(
            int entryBytes,
            int outstandingEntries,
            long outstandingBytes,
            long snapshotEntries,
            long snapshotBytes,
            int segmentBytes) {

        public static final Limits DEFAULT =
                new Limits(4 << 20, 1024, 64L << 20, 50_000, 256L << 20, 16 << 20);

        public Limits {
            range("entryBytes", entryBytes, 1 << 10, 32 << 20);
            range("outstandingEntries", outstandingEntries, 1, 65_536);
            range("outstandingBytes", outstandingBytes, entryBytes, Integer.MAX_VALUE);
            range("snapshotEntries", snapshotEntries, 1, 10_000_000);
            range("snapshotBytes", snapshotBytes, 64 << 10, Long.MAX_VALUE);
            range("segmentBytes", segmentBytes, 64 << 10, 1 << 30);
        }
    }

    /**
     * Mutual TLS: every node shows a certificate which the others check against the authority.
     *
     * @param key shows this node's certificate, which names the node's host in {@code peers}; may
     *     show another one later
     * @param trust knows the authority that signs the nodes' certificates
     * @param names whether a certificate is of a host
     */
    public record Tls(
            X509ExtendedKeyManager key,
            X509ExtendedTrustManager trust,
            BiPredicate<X509Certificate, String> names) {}

    private static void range(String name, Duration value, Duration min, Duration max) {
        require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                "%s is %s, not in %s to %s".formatted(name, value, min, max));
    }

    private static void range(String name, long value, long min, long max) {
        require(
                value >= min && value <= max,
                "%s is %s, not in %s to %s".formatted(name, value, min, max));
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException("Replicated log: " + sentence);
        }
    }
}
