package adfer.app;

import adfer.adapter.json.JacksonCodec;
import adfer.adapter.metrics.PrometheusMetrics;
import adfer.adapter.password.Argon2Passwords;
import adfer.adapter.probe.NetworkProber;
import adfer.adapter.raft.RaftReplicator;
import adfer.adapter.raft.RaftSuccession;
import adfer.kernel.Belonging;
import adfer.kernel.NodeId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.NodeSession;
import adfer.port.Hypervisor;
import adfer.port.Ledger;
import adfer.port.Memory;
import adfer.port.Mesh;
import adfer.port.NtpServer;
import adfer.port.Passwords;
import adfer.port.Replicator;
import adfer.port.Scheduler;
import adfer.port.Signer;
import adfer.port.Succession;
import adfer.run.TaskProgress.Executor;
import adfer.service.Accounts;
import adfer.service.Adfer;
import adfer.service.Admission;
import adfer.service.Announcer;
import adfer.service.ApiTokens;
import adfer.service.AuditTrail;
import adfer.service.Chronometer;
import adfer.service.Conductor;
import adfer.service.Contradiction;
import adfer.service.Desk;
import adfer.service.Elsewhere;
import adfer.service.Expiry;
import adfer.service.Fencer;
import adfer.service.Forwarder;
import adfer.service.Gate;
import adfer.service.Glass;
import adfer.service.Homecoming;
import adfer.service.LeaseWatch;
import adfer.service.Lookout;
import adfer.service.Meters;
import adfer.service.Nodes;
import adfer.service.OpenIdSignIn;
import adfer.service.Pager;
import adfer.service.Pilot;
import adfer.service.Proving;
import adfer.service.Quarantine;
import adfer.service.Reconciling;
import adfer.service.Replica;
import adfer.service.Returns;
import adfer.service.Runs;
import adfer.service.Sealer;
import adfer.service.Seconding;
import adfer.service.Sessions;
import adfer.service.StateClock;
import adfer.service.Submitter;
import adfer.service.Takeover;
import adfer.service.TestCalls;
import adfer.service.Watch;
import adfer.service.Ways;
import adfer.state.FenceOrders;

import com.codahale.metrics.health.HealthCheck;

import io.dropwizard.lifecycle.Managed;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * One node, put together by hand: what it is made of, in which order it starts, and in reverse how
 * it stops.
 */
final class Node implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final Settings settings;
    private final Runnable onFatal;
    private final InstantSource clock;
    private final Parts parts = new Parts();
    private final Signer signer;
    private final Replica replica;
    private final Replicator replicator;
    private final Succession succession;
    private final Submitter submitter;
    private final Mesh mesh;
    private final Lookout lookout;
    private final Watch watch;
    private final Conductor conductor;
    private final Gate gate;
    private final OpenIdSignIn openId;
    private final SetUpToken setUpToken;
    private final Adfer adfer;
    private final PrometheusMetrics metrics;
    private final Expiry expiry;
    private final Ways ways;
    private final Optional<SiteWork> siteWork;
    private volatile Optional<Chronometer> chronometer = Optional.empty();

    private Node(Settings settings, Runnable onFatal, Runnable beginAgain) {
        this.settings = settings;
        this.onFatal = onFatal;
        this.expiry = settings.expiry();
        this.ways = keep("ways", settings.ways());
        keep("transport", settings.transport());
        NodeId self = settings.self();
        JacksonCodec codec = new JacksonCodec();
        Belonging belonging = settings.belonging();
        this.signer = settings.signer();
        Ledger ledger = keep("ledger", settings.ledger(codec));
        this.replica = new Replica(ledger, codec);
        this.clock =
                new StateClock(
                        () -> replica.state().now(), InstantSource.system(), System::nanoTime);
        RaftReplicator log =
                keep(
                        "log",
                        new RaftReplicator(
                                settings.raft(),
                                belonging,
                                replica,
                                problem -> {
                                    LOG.error("{}", problem.getMessage());
                                    this.onFatal.run();
                                }));
        this.replicator = log;
        this.succession = new RaftSuccession(settings.raft(), log::cease);
        this.submitter =
                keep(
                        "submitter",
                        new Submitter(replicator, codec, clock, settings.commandTimeout()));
        this.mesh = keep("mesh", settings.mesh());
        this.lookout =
                keep("lookout", new Lookout(settings.topology(), mesh, succession, beginAgain));
        this.watch =
                keep(
                        "watch",
                        new Watch(
                                settings.topology(),
                                mesh,
                                self,
                                replica,
                                submitter,
                                clock,
                                settings.judgePolicy(),
                                settings.clockThreshold(),
                                belonging.generation()));
        keep(
                "contradiction",
                new Contradiction(
                        belonging.generation(), watch, replica, submitter, System::nanoTime));
        keep("admission", new Admission(belonging.generation(), watch, replicator));
        this.conductor =
                keep("conductor", new Conductor(replica, submitter, self, watch::hears, clock));
        FenceOrders fences = new FenceOrders(watch::hears);
        keep(
                "autopilot",
                new Pilot(replica, submitter, clock, System::nanoTime, fences, Ids::next));
        keep(
                "lease-watch",
                new LeaseWatch(settings.leaseTerms(), replica, submitter, self, System::nanoTime));
        this.metrics = keep("metrics", settings.metrics());
        Meters.show(metrics, replica, replicator, mesh, settings.topology(), settings.leaseTerms());
        expiry.show(metrics);
        Optional<Hypervisor> hypervisor = settings.hypervisor();
        this.siteWork =
                hypervisor.map(site ->
                        new SiteWork(
                                settings,
                                keep("hypervisor", site),
                                parts,
                                new Executor(self, mesh.incarnation()),
                                replica,
                                submitter,
                                watch::hears,
                                clock));
        Passwords passwords = new Argon2Passwords();
        Elsewhere elsewhere = settings.elsewhere();
        Glass glass = keep("glass", new Glass(self, submitter, settings.glass(), System::nanoTime));
        Desk desk = new Desk(replica, replicator, submitter);
        Seconding seconding = new Seconding(replica, desk, settings.seconding(), clock, Ids::next);
        Sessions sessions = keep("sessions", new Sessions(replica, submitter, desk, clock));
        this.gate =
                new Gate(
                        replica,
                        passwords,
                        settings.seal(),
                        glass,
                        clock,
                        System::nanoTime,
                        settings.sessionFor(),
                        elsewhere,
                        Ids::next,
                        sessions::opened);
        this.openId =
                new OpenIdSignIn(
                        elsewhere.provider(),
                        gate,
                        settings.openIdBack(),
                        Ids::secret,
                        System::nanoTime);
        this.setUpToken =
                new SetUpToken(
                        settings.setUpFile(),
                        replica,
                        this::knowsTheNewest,
                        settings.address(),
                        Ids::secret);
        Optional<Forwarder> forwarder =
                settings.auditSink()
                        .map(sink ->
                                keep(
                                        "forwarder",
                                        new Forwarder(
                                                self,
                                                replica,
                                                ledger,
                                                sink,
                                                settings.auditPause())));
        Memory memory = settings.memory();
        this.adfer =
                new Adfer(
                        replica,
                        desk,
                        new AuditTrail(self, replica, ledger, codec, signer, clock, forwarder),
                        new Runs(replica, desk, conductor, seconding, clock, Ids::next),
                        watch,
                        new Proving(
                                settings.topology(), replica, desk, settings.attestation(), fences),
                        new Reconciling(
                                settings.topology(),
                                replica,
                                desk,
                                watch::hears,
                                settings.reconcile().within()),
                        new Takeover(
                                replica,
                                replicator,
                                succession,
                                watch,
                                codec,
                                clock,
                                System::nanoTime,
                                settings.takeover(),
                                memory,
                                beginAgain),
                        new Quarantine(
                                settings.node(),
                                succession,
                                replica,
                                ledger,
                                hypervisor,
                                memory,
                                clock,
                                beginAgain),
                        expiry,
                        new Accounts(
                                replica,
                                desk,
                                gate,
                                seconding,
                                passwords,
                                clock,
                                setUpToken::shown),
                        new ApiTokens(replica, desk, clock, Ids::secret, Ids::next),
                        sessions,
                        seconding,
                        new Nodes(replica, desk, seconding, watch::heardByAny),
                        new TestCalls(settings.cluster(), self, ways, desk, clock),
                        glass,
                        ways,
                        clock);
    }

    /**
     * @param onFatal ends the process
     * @param beginAgain ends this life of the node, and lets the next begin
     * @throws IllegalArgumentException with one sentence when the configuration makes no sense
     */
    static Node assemble(
            AdferConfiguration configuration,
            Transport transport,
            Runnable onFatal,
            Runnable beginAgain) {
        return new Node(new Settings(configuration, transport), onFatal, beginAgain);
    }

    private <T extends AutoCloseable> T keep(String name, T part) {
        return parts.keep(name, part);
    }

    private boolean knowsTheNewest() {
        return adfer.catchUp().accepted();
    }

    Gate gate() {
        return gate;
    }

    OpenIdSignIn openId() {
        return openId;
    }

    Adfer adfer() {
        return adfer;
    }

    @Override
    public void start() {
        settings.transport().warning().ifPresent(sentence -> LOG.warn("{}", sentence));
        mesh.facts(this::facts);
        mesh.onLinkChange(new Returns(replicator));
        mesh.start();
        listen();
        lookout.start();
        if (succession.belonging().quarantined()) {
            startInQuarantine();
        } else {
            takePart();
        }
    }

    /** A node that was away hears first whether the cluster went on without it. */
    private void listen() {
        try {
            lookout.listen(settings.listen());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It keeps nothing, carries out nothing and changes nothing; a site's own guards go on. */
    private void startInQuarantine() {
        siteWork.ifPresent(SiteWork::guardOnly);
        LOG.warn("{}", adfer.quarantine().sentence().orElse(""));
    }

    private void takePart() {
        NetworkProber prober = keep("prober", new NetworkProber());
        Scheduler scheduler = keep("scheduler", settings.scheduler());
        siteWork.ifPresent(site -> site.work(prober));
        keep(
                "fencer",
                new Fencer(
                        new Executor(settings.self(), mesh.incarnation()),
                        settings.site(),
                        settings.fence(),
                        replica,
                        submitter));
        keep(
                "pager",
                new Pager(
                        settings.cluster(),
                        new Executor(settings.self(), mesh.incarnation()),
                        ways,
                        settings.calling(),
                        replica,
                        submitter,
                        watch::hears,
                        expiry::calls,
                        System::nanoTime));
        compareClock(prober, scheduler);
        replicator.start();
        setUpToken.watch();
        keep("set-up-token", setUpToken);
        siteWork.ifPresent(site -> site.list(scheduler));
        NodeSession session =
                new NodeSession(
                        settings.self(),
                        settings.site(),
                        mesh.incarnation(),
                        clock.instant(),
                        Version.current(),
                        settings.address(),
                        siteWork.isPresent(),
                        settings.fence().hosts(),
                        settings.seconding().sorted());
        keep(
                "homecoming",
                new Homecoming(settings.self(), settings.site(), settings.memory(), submitter));
        keep("announcer", new Announcer(session, replica, submitter));
        keep(
                "sealer",
                new Sealer(
                        settings.self(),
                        signer,
                        replica,
                        submitter,
                        clock,
                        settings.checkpointEvery()));
        if (settings.attestation().people() == 1) {
            LOG.warn(
                    "One person's attestation suffices as proof that a site is off"
                            + " (attestation.people).");
        }
        LOG.info(
                "Node {} of site {} has started at index {}.",
                settings.self(),
                settings.site(),
                replica.state().index());
    }

    private void compareClock(NtpServer ntp, Scheduler scheduler) {
        if (!settings.timeServers().isEmpty()) {
            Chronometer asking = new Chronometer(ntp, settings.timeServers());
            chronometer = Optional.of(asking);
            var _ = scheduler.every("clock", settings.clockEvery(), asking::ask);
        }
    }

    private Facts facts() {
        Belonging belonging = succession.belonging();
        Check check = siteWork.map(SiteWork::check).orElse(Check.NONE);
        return new Facts(check, replica.state().index(), replica.leadership().leading())
                .withNtpOffset(chronometer.flatMap(Chronometer::offset))
                .withRunning(siteWork.flatMap(SiteWork::running))
                .of(belonging.generation(), belonging.quarantined());
    }

    @Override
    public void stop() {
        LOG.info("Node {} stops.", settings.self());
        parts.close();
    }

    Map<String, HealthCheck> healthChecks() {
        return HealthChecks.of(adfer, replica, siteWork, expiry);
    }

    String scrape() {
        return metrics.scrape();
    }
}
