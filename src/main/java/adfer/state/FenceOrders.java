package adfer.state;

import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.run.TaskProgress.Executor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who is to switch off which hosts: a node of another site that has their fences and is heard. */
public final class FenceOrders {
    private final Predicate<NodeSession> reachable;

    /**
     * @param reachable whether a node is heard at the moment
     */
    public FenceOrders(Predicate<NodeSession> reachable) {
        this.reachable = reachable;
    }

    /**
     * One order for each node that is needed.
     *
     * @param hosts empty for all of the site that a fence is configured for
     */
    public Result<List<Command>> orders(ClusterState state, SiteId site, List<HostId> hosts) {
        List<HostId> all = hosts.isEmpty() ? configured(state, site) : hosts;
        if (all.isEmpty()) {
            return Result.refused(
                    "no-fence",
                    "No power fence is configured for site "
                            + site
                            + ". Make sure that it is off, and attest it: adfer attest "
                            + site
                            + ".");
        }
        Map<Executor, List<HostId>> byExecutor = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (HostId host : all) {
            Optional<Executor> executor = executor(state, site, host);
            if (executor.isPresent()) {
                byExecutor.computeIfAbsent(executor.get(), e -> new ArrayList<>()).add(host);
            } else {
                problems.add(nobody(state, site, host));
            }
        }
        if (!problems.isEmpty()) {
            return new Result.Refused<>(problems);
        }
        List<Command> orders = new ArrayList<>();
        byExecutor.forEach(
                (executor, some) -> orders.add(new Command.OrderFence(site, some, executor)));
        return Result.ok(orders);
    }

    private static Problem nobody(ClusterState state, SiteId site, HostId host) {
        boolean configured = Proofs.fencers(state, site, host).findAny().isPresent();
        return new Problem(
                "no-fence",
                configured
                        ? "No node with a power fence for host "
                                + host
                                + " of site "
                                + site
                                + " can be reached."
                        : "No power fence is configured for host "
                                + host
                                + " of site "
                                + site
                                + ".");
    }

    private static List<HostId> configured(ClusterState state, SiteId site) {
        return state.sessions()
                .flatMap(session -> session.fences().getOrDefault(site, List.of()).stream())
                .distinct()
                .sorted(Comparator.comparing(HostId::value))
                .toList();
    }

    private Optional<Executor> executor(ClusterState state, SiteId site, HostId host) {
        return Proofs.fencers(state, site, host)
                .filter(reachable)
                .findFirst()
                .map(session -> new Executor(session.node(), session.incarnation()));
    }

    /**
     * Orders whose executor is gone: in doubt, and given to another one, since that does no harm.
     */
    public List<Command> doubtful(ClusterState state) {
        return state.fencings()
                .filter(fencing -> fencing.standing() == Fencing.Standing.UNDER_WAY)
                .filter(fencing -> !alive(state, fencing.executor()))
                .flatMap(fencing ->
                        executor(state, fencing.site(), fencing.host())
                                .<Command>map(next ->
                                        new Command.OrderFence(
                                                fencing.site(), List.of(fencing.host()), next))
                                .stream())
                .toList();
    }

    private boolean alive(ClusterState state, Executor executor) {
        return state.session(executor.node())
                .filter(session -> session.incarnation() == executor.incarnation())
                .filter(reachable)
                .isPresent();
    }
}
