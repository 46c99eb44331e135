package adfer.app;

import adfer.adapter.jose.JwtSeal;
import adfer.adapter.json.JacksonCodec;
import adfer.adapter.json.MemoryFolder;
import adfer.adapter.keys.KeyFile;
import adfer.adapter.mesh.HeartbeatMesh;
import adfer.adapter.mesh.MeshConfig;
import adfer.adapter.mesh.MeshKey;
import adfer.adapter.metrics.PrometheusMetrics;
import adfer.adapter.raft.RaftConfig;
import adfer.adapter.raft.RaftSuccession;
import adfer.adapter.schedule.QuartzScheduler;
import adfer.adapter.script.ScriptSettings;
import adfer.adapter.secret.LocalSecrets;
import adfer.adapter.store.H2Ledger;
import adfer.app.AdferConfiguration.GuardSettings;
import adfer.app.AdferConfiguration.HypervisorSettings;
import adfer.app.AdferConfiguration.NodeSettings;
import adfer.kernel.Belonging;
import adfer.kernel.NodeId;
import adfer.kernel.Secret;
import adfer.kernel.SiteId;
import adfer.lease.LeaseTerms;
import adfer.mesh.JudgePolicy;
import adfer.mesh.LinkPolicy;
import adfer.mesh.Topology;
import adfer.port.AuditSink;
import adfer.port.Fence;
import adfer.port.Guards;
import adfer.port.Hypervisor;
import adfer.port.Ledger;
import adfer.port.Memory;
import adfer.port.Mesh;
import adfer.port.Notifier;
import adfer.port.Scheduler;
import adfer.port.Seal;
import adfer.port.Secrets;
import adfer.port.Signer;
import adfer.service.Elsewhere;
import adfer.service.Expiry;
import adfer.service.Glass;
import adfer.service.Pager;
import adfer.service.Reconciler;
import adfer.service.Seconding;
import adfer.service.Takeover;
import adfer.service.Ways;
import adfer.state.AttestationTerms;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration as what it means: checked as a whole, and turned into the parts it describes.
 */
final class Settings {
    private final AdferConfiguration given;
    private final NodeSettings own;
    private final Topology topology;
    private final Path data;
    private final LeaseTerms leaseTerms;
    private final AttestationTerms attestation;
    private final Secrets secrets = new LocalSecrets(System.getenv());
    private final Secret key;
    private final Fence fence;
    private final Transport transport;
    private final Elsewhere elsewhere;
    private final List<Notifier> notifiers;
    private final Reconciler.Times reconcile;

    /**
     * @throws IllegalArgumentException with one sentence when the configuration makes no sense
     */
    Settings(AdferConfiguration given, Transport transport) {
        this.given = given;
        this.transport = transport;
        @Nullable NodeSettings found = given.nodes.get(given.node);
        if (found == null) {
            throw new IllegalArgumentException(
                    "node: there is no node '"
                            + given.node
                            + "' under nodes, only "
                            + String.join(", ", given.nodes.keySet())
                            + "; set ADFER_NODE to one of them.");
        }
        this.own = found;
        Sense.check(given);
        this.leaseTerms = GuardSetup.terms(given.leases);
        this.attestation =
                new AttestationTerms(
                        given.attestation.people,
                        given.attestation.confirmWithin.toJavaDuration(),
                        given.attestation.provesFor.toJavaDuration());
        this.key = SharedKey.of(given.mesh.key, given.nodes, given.guards, secrets);
        this.fence = FenceSetup.of(given, own.site, secrets);
        this.reconcile =
                new Reconciler.Times(
                        time(given.reconcile.graceful),
                        time(given.reconcile.stop),
                        time(given.reconcile.within));
        this.notifiers = NotifySetup.of(given.notify, secrets);
        this.data = Path.of(given.data).toAbsolutePath();
        this.elsewhere = ElsewhereSetup.of(given.access, data, secrets);
        this.topology = TopologySetup.of(given);
    }

    NodeId self() {
        return new NodeId(given.node);
    }

    SiteId site() {
        return new SiteId(own.site);
    }

    String address() {
        return own.http;
    }

    Topology topology() {
        return topology;
    }

    Topology.Node node() {
        return topology.node(self()).orElseThrow();
    }

    private Path database() {
        return data.resolve("database");
    }

    /** Where this node belongs; before anything of it is opened. */
    Belonging belonging() {
        return RaftSuccession.prepare(raft(), database());
    }

    Ledger ledger(JacksonCodec codec) {
        return H2Ledger.open(
                database(), Math.toIntExact(given.database.cache.toMebibytes()), codec);
    }

    RaftConfig raft() {
        Map<String, String> peers = new TreeMap<>();
        given.nodes.forEach((id, node) -> peers.put(id, node.log));
        var log = given.log;
        var timing =
                new RaftConfig.Timing(
                        time(log.electionMin),
                        time(log.electionMax),
                        RaftConfig.Timing.DEFAULT.attempt(),
                        RaftConfig.Timing.DEFAULT.submitMax(),
                        time(log.handOver));
        var usual = RaftConfig.Limits.DEFAULT;
        var limits =
                new RaftConfig.Limits(
                        Math.toIntExact(log.maxEntry.toBytes()),
                        usual.outstandingEntries(),
                        usual.outstandingBytes(),
                        log.snapshotEvery,
                        usual.snapshotBytes(),
                        Math.max(
                                usual.segmentBytes(), Math.toIntExact(2 * log.maxEntry.toBytes())));
        return new RaftConfig(
                given.node,
                given.cluster,
                peers,
                data.resolve("log"),
                Optional.empty(),
                timing,
                limits,
                transport.log());
    }

    Transport transport() {
        return transport;
    }

    Expiry expiry() {
        return new Expiry(transport, time(given.tls.warnBefore), InstantSource.system());
    }

    Duration commandTimeout() {
        return time(given.log.timeout);
    }

    Mesh mesh() {
        return new HeartbeatMesh(
                topology,
                self(),
                new MeshConfig(
                        MeshKey.of(key.reveal().getBytes(StandardCharsets.UTF_8)),
                        LinkPolicy.every(time(given.mesh.interval)),
                        Optional.empty()));
    }

    JudgePolicy judgePolicy() {
        var usual = JudgePolicy.fitting(LinkPolicy.every(time(given.mesh.interval)));
        return new JudgePolicy(
                usual.freshFor(),
                usual.stallAbove(),
                time(given.mesh.worseAfter),
                time(given.mesh.otherAfter),
                time(given.mesh.grace));
    }

    Duration clockThreshold() {
        return time(given.clock.warnBeyond);
    }

    Optional<Hypervisor> hypervisor() {
        @Nullable HypervisorSettings hypervisor = given.hypervisors.get(own.site);
        return hypervisor == null
                ? Optional.empty()
                : Optional.of(Hypervisors.open(site(), hypervisor, data.resolve("hypervisor")));
    }

    Secrets secrets() {
        return secrets;
    }

    Fence fence() {
        return fence;
    }

    AttestationTerms attestation() {
        return attestation;
    }

    LeaseTerms leaseTerms() {
        return leaseTerms;
    }

    /** Those of the configuration; a simulated site without any brings its own. */
    Guards guards(Hypervisor hypervisor) {
        @Nullable Map<String, GuardSettings> configured = given.guards.get(own.site);
        if (configured != null && !configured.isEmpty()) {
            return GuardSetup.link(site(), configured, key, leaseTerms, transport.guards());
        }
        @Nullable HypervisorSettings settings = given.hypervisors.get(own.site);
        return settings == null
                ? Guards.NONE
                : Hypervisors.guards(settings, hypervisor, leaseTerms, data.resolve("hypervisor"));
    }

    ScriptSettings scripts() {
        ScriptSettings usual = ScriptSettings.in(data.resolve("scripts"));
        return new ScriptSettings(
                usual.folder(),
                usual.searchPath(),
                time(given.scripts.killAfter),
                usual.maxOutput());
    }

    Duration renewEvery() {
        return time(given.inventory.renewEvery);
    }

    Duration sweepEvery() {
        return time(given.inventory.sweepEvery);
    }

    /** {@code host} or {@code host:port}. */
    List<String> timeServers() {
        return given.clock.ntp;
    }

    Duration clockEvery() {
        return time(given.clock.every);
    }

    PrometheusMetrics metrics() {
        return new PrometheusMetrics(Map.of("site", own.site, "node", given.node));
    }

    Scheduler scheduler() {
        return new QuartzScheduler();
    }

    /** Made when this node starts for the first time. */
    Signer signer() {
        return KeyFile.open(data.resolve("audit.key"));
    }

    Duration checkpointEvery() {
        return time(given.audit.checkpointEvery);
    }

    Takeover.Policy takeover() {
        return new Takeover.Policy(
                time(given.takeover.leaderlessFor),
                time(given.takeover.confirmWithin),
                attestation);
    }

    /** How long to listen for a later generation before the log is opened. */
    Duration listen() {
        return time(given.takeover.listen);
    }

    private static Duration time(io.dropwizard.util.Duration duration) {
        return duration.toJavaDuration();
    }

    Seal seal() {
        return new JwtSeal(given.cluster, key.reveal().getBytes(StandardCharsets.UTF_8));
    }

    Elsewhere elsewhere() {
        return elsewhere;
    }

    /** Where an OpenID provider sends browsers back to. */
    URI openIdBack() {
        return URI.create(own.http.replaceFirst("/+$", "") + "/login/openid");
    }

    Duration sessionFor() {
        return given.access.sessionFor.toJavaDuration();
    }

    Seconding.Policy seconding() {
        return new Seconding.Policy(
                Set.copyOf(given.access.twoPeople), time(given.access.confirmWithin));
    }

    Glass.Policy glass() {
        return new Glass.Policy(
                time(given.access.glass.within), time(given.access.glass.sessionFor));
    }

    /** Where the audit trail is forwarded to. */
    Optional<AuditSink> auditSink() {
        return SyslogSetup.of(given.audit.syslog, data);
    }

    Duration auditPause() {
        return time(given.audit.syslog.pause);
    }

    Reconciler.Times reconcile() {
        return reconcile;
    }

    Memory memory() {
        return new MemoryFolder(data);
    }

    Path setUpFile() {
        return data.resolve("setup-token");
    }

    String cluster() {
        return given.cluster;
    }

    /** In which people are called from this node. */
    Ways ways() {
        return new Ways(
                notifiers,
                new Ways.Patience(
                        given.notify.attempts,
                        time(given.notify.pause),
                        time(given.notify.timeout)));
    }

    Pager.Policy calling() {
        return new Pager.Policy(
                time(given.notify.again),
                time(given.notify.remind),
                time(given.takeover.leaderlessFor));
    }
}
