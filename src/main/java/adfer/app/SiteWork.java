package adfer.app;

import adfer.adapter.script.ProcessScriptRunner;
import adfer.kernel.NodeId;
import adfer.mesh.Check;
import adfer.port.Hypervisor;
import adfer.port.Prober;
import adfer.port.Scheduler;
import adfer.run.TaskProgress.Executor;
import adfer.service.Census;
import adfer.service.Collector;
import adfer.service.LeaseKeeper;
import adfer.service.Reconciler;
import adfer.service.Replica;
import adfer.service.SecretCheck;
import adfer.service.Submitter;
import adfer.service.TaskRunner;
import adfer.service.Worker;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a node of a data centre does besides taking part: it holds the site's leases, carries out
 * tasks there and lists what the hypervisor has.
 */
final class SiteWork {
    private final Settings settings;
    private final Hypervisor site;
    private final Parts parts;
    private final Executor self;
    private final Replica replica;
    private final Submitter submitter;
    private final Predicate<NodeId> hears;
    private final InstantSource clock;
    private final Census census;
    private volatile Optional<Collector> collector = Optional.empty();
    private volatile Optional<LeaseKeeper> keeper = Optional.empty();

    SiteWork(
            Settings settings,
            Hypervisor site,
            Parts parts,
            Executor self,
            Replica replica,
            Submitter submitter,
            Predicate<NodeId> hears,
            InstantSource clock) {
        this.settings = settings;
        this.site = site;
        this.parts = parts;
        this.self = self;
        this.replica = replica;
        this.submitter = submitter;
        this.hears = hears;
        this.clock = clock;
        this.census =
                parts.keep("census", new Census(settings.site(), site, replica, System::nanoTime));
    }

    /** A node in quarantine does nothing for its site, but the site's own guards go on. */
    void guardOnly() {
        parts.keep("guards", settings.guards(site));
    }

    /** Holds the leases, and carries out what the log tells this node. */
    void work(Prober prober) {
        ProcessScriptRunner scripts =
                parts.keep("scripts", ProcessScriptRunner.open(settings.scripts()));
        LeaseKeeper keeping =
                parts.keep(
                        "lease-keeper",
                        new LeaseKeeper(
                                settings.leaseTerms(),
                                settings.site(),
                                self.node(),
                                parts.keep("guards", settings.guards(site)),
                                replica,
                                submitter,
                                System::nanoTime));
        keeper = Optional.of(keeping);
        TaskRunner runner = new TaskRunner(site, prober, scripts, settings.secrets(), keeping);
        parts.keep(
                "secret-check",
                new SecretCheck(
                        self.node(),
                        settings.site(),
                        settings.secrets(),
                        replica,
                        submitter,
                        settings.sweepEvery()));
        parts.keep(
                "reconciler", new Reconciler(self, site, replica, submitter, settings.reconcile()));
        parts.keep(
                "worker", new Worker(self.node(), self.incarnation(), replica, submitter, runner));
    }

    /** Once the log can take what is found. */
    void list(Scheduler scheduler) {
        Collector collecting =
                parts.keep(
                        "collector",
                        new Collector(
                                settings.site(),
                                self.node(),
                                site,
                                replica,
                                submitter,
                                clock,
                                settings.renewEvery(),
                                this::onDuty));
        collector = Optional.of(collecting);
        var _ = scheduler.every("sweep", settings.sweepEvery(), collecting::sweep);
    }

    private boolean onDuty() {
        return settings.topology()
                .deputy(settings.site(), hears)
                .filter(self.node()::equals)
                .isPresent();
    }

    Check check() {
        return collector.map(Collector::check).orElse(Check.NONE);
    }

    Optional<Integer> running() {
        return census.running();
    }

    Optional<String> leaseProblem() {
        return keeper.flatMap(LeaseKeeper::problem);
    }

    Optional<String> listingProblem() {
        return collector.flatMap(Collector::problem);
    }
}
