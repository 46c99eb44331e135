package adfer.service;

import adfer.kernel.Kind;
import adfer.lease.LeaseTerms;
import adfer.mesh.SiteVerdict;
import adfer.mesh.Topology;
import adfer.port.Mesh;
import adfer.port.Metrics;
import adfer.port.Replicator;
import adfer.state.Group;

import java.util.Map;
import java.util.function.ToLongFunction;

/** What this node tells those who measure it. */
public final class Meters {
    private Meters() {}

    /** Shows the node's gauges for as long as the metrics live. */
    public static void show(
            Metrics metrics,
            Replica replica,
            Replicator replicator,
            Mesh mesh,
            Topology topology,
            LeaseTerms terms) {
        gauge(
                metrics,
                "adfer.state.index",
                "Log index this node has applied",
                () -> replica.state().index());
        gauge(
                metrics,
                "adfer.state.entities",
                "Things in the replicated state",
                () -> replica.state().entities().size());
        gauge(
                metrics,
                "adfer.log.committed",
                "Log index known to be committed",
                () -> replicator.progress().committed());
        gauge(
                metrics,
                "adfer.log.leading",
                "1 while this node leads",
                () -> replica.leadership().leading() ? 1 : 0);
        gauge(
                metrics,
                "adfer.log.quorum",
                "1 while a leader is known",
                () -> replica.leadership().leader().isPresent() ? 1 : 0);
        gauge(
                metrics,
                "adfer.leases.stop.seconds",
                "The longest stop that the leases reckon with",
                () -> terms.stop().toMillis() / 1000.0);
        gauge(
                metrics,
                "adfer.runs.active",
                "Runs under way",
                () ->
                        replica.state()
                                .groups()
                                .map(Group::activeRun)
                                .filter(java.util.Optional::isPresent)
                                .count());
        for (Topology.Site site : topology.dataCentres()) {
            Map<String, String> tags = Map.of("of", site.id().value());
            metrics.gauge(
                    "adfer.site.vms",
                    "VMs listed at a site",
                    tags,
                    () ->
                            replica.state()
                                    .under(Kind.VM, site.id() + "/", adfer.kernel.Entity.class)
                                    .count());
            metrics.gauge(
                    "adfer.site.stop.longest.seconds",
                    "Longest time that a guard of a site took to get a VM off",
                    tags,
                    () ->
                            replica.state()
                                            .stopTimes(site.id())
                                            .mapToLong(time -> time.longest().toMillis())
                                            .max()
                                            .orElse(0)
                                    / 1000.0);
            metrics.gauge(
                    "adfer.site.healthy",
                    "1 while a site's verdict is healthy",
                    tags,
                    () ->
                            replica.state()
                                            .verdict(site.id())
                                            .filter(verdict ->
                                                    verdict.status() == SiteVerdict.Status.HEALTHY)
                                            .isPresent()
                                    ? 1
                                    : 0);
        }
        traffic(metrics, mesh, "accepted", Mesh.Traffic::accepted);
        traffic(metrics, mesh, "forged", Mesh.Traffic::forged);
        traffic(metrics, mesh, "replayed", Mesh.Traffic::replayed);
        traffic(metrics, mesh, "malformed", Mesh.Traffic::malformed);
        traffic(metrics, mesh, "unsent", Mesh.Traffic::unsent);
    }

    private static void gauge(
            Metrics metrics, String name, String help, java.util.function.DoubleSupplier value) {
        metrics.gauge(name, help, Map.of(), value);
    }

    private static void traffic(
            Metrics metrics, Mesh mesh, String fate, ToLongFunction<Mesh.Traffic> count) {
        metrics.gauge(
                "adfer.mesh.datagrams",
                "Heartbeat datagrams since the start, by what became of them",
                Map.of("fate", fate),
                () -> count.applyAsLong(mesh.traffic()));
    }
}
