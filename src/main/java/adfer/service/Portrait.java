package adfer.service;

import adfer.access.Principal;
import adfer.access.Right;
import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.port.Replicator.Leadership;
import adfer.state.ClusterState;
import adfer.state.Leftover;
import adfer.state.Published;
import adfer.state.Stance;
import adfer.state.StopTime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Draws what people are shown out of the state and of what this node sees. */
final class Portrait {
    private final Watch watch;
    private final Quarantine quarantine;
    private final Attention attention;
    private final Ways ways;
    private final Services services = new Services();

    /**
     * @param ways in which people are called from this node
     */
    Portrait(Watch watch, Quarantine quarantine, Expiry expiry, Ways ways) {
        this.watch = watch;
        this.quarantine = quarantine;
        this.attention = new Attention(watch, expiry);
        this.ways = ways;
    }

    /**
     * @param who looks; groups that he or she may not see are left out
     * @param people who waits for whom
     */
    Views.Overview overview(
            ClusterState state,
            Leadership leadership,
            Instant now,
            Principal who,
            List<String> people) {
        Predicate<GroupId> seen = group -> who.may(Right.LOOK, Places.of(state, group));
        Optional<NodeId> leader = leadership.leader().map(NodeId::new);
        List<Views.SiteView> sites =
                watch.topology().sites().stream().map(site -> site(state, site, leader)).toList();
        List<Views.ServiceView> drawn =
                services.of(state, now).stream()
                        .filter(service -> seen.test(service.id()))
                        .toList();
        List<Views.RunSummary> active =
                state.openRuns()
                        .filter(run -> seen.test(run.plan().group()))
                        .map(RunPortrait::summary)
                        .toList();
        List<Views.LeftoverView> left =
                leftovers(state, now).stream().filter(one -> seen.test(one.group())).toList();
        return new Views.Overview(
                state.index(),
                state.fingerprint(),
                watch.self(),
                quarantine.generation().number(),
                quarantine.sentence(),
                notes(state, seen),
                leader,
                leader.isPresent(),
                sites,
                drawn,
                active,
                left,
                attention.of(
                        leader,
                        sites,
                        drawn,
                        active,
                        left,
                        Stream.of(
                                        people,
                                        Proving.waiting(state, who),
                                        Reconciling.waiting(state, who),
                                        Pager.waiting(state, who))
                                .flatMap(List::stream)
                                .toList(),
                        stances(state, seen),
                        quarantine.sentence().isPresent()));
    }

    List<Views.ServiceView> services(ClusterState state, Instant now) {
        return services.of(state, now);
    }

    List<Views.LeftoverView> leftovers(ClusterState state, Instant now) {
        return services.leftovers(state, now).stream().map(Portrait::leftover).toList();
    }

    static Views.LeftoverView leftover(Leftover one) {
        return new Views.LeftoverView(
                one.site(),
                one.group(),
                one.owner(),
                one.vm(),
                one.name(),
                one.faults(),
                one.runsAtOwner(),
                one.sentence());
    }

    private List<String> notes(ClusterState state, Predicate<GroupId> seen) {
        List<String> notes = new ArrayList<>();
        if (watch.topology().twoSitesOnly()) {
            notes.add("Two sites without a witness: nothing is ever moved by itself.");
        }
        ways.missing(
                        state.groups()
                                .filter(group -> seen.test(group.id()))
                                .flatMap(group -> state.runbook(group.id()).stream())
                                .map(Published::runbook))
                .ifPresent(notes::add);
        return notes;
    }

    private static List<Stance> stances(ClusterState state, Predicate<GroupId> seen) {
        return state.stances()
                .filter(stance -> stance.kind() != Stance.Kinds.IDLE && seen.test(stance.group()))
                .toList();
    }

    private Views.SiteView site(ClusterState state, Topology.Site site, Optional<NodeId> leader) {
        var sweep = state.sweep(site.id());
        int running = (int) state.vms(site.id()).filter(vm -> vm.power() == Power.RUNNING).count();
        return new Views.SiteView(
                site.id(),
                site.title(),
                site.role() == Topology.Role.DATA_CENTRE,
                state.verdict(site.id()),
                watch.topology().nodesOf(site.id()).stream()
                        .map(node -> node(state, node, leader))
                        .toList(),
                state.count(Kind.HOST, site.id() + "/"),
                state.count(Kind.VM, site.id() + "/"),
                running,
                sweep.map(adfer.inventory.At.Sweep::at),
                sweep.map(adfer.inventory.At.Sweep::problem).orElse(""),
                state.stopTimes(site.id()).map(Portrait::stop).toList());
    }

    private static Views.StopView stop(StopTime time) {
        return new Views.StopView(
                time.host(), time.longest(), time.allowed(), time.warns(), time.sentence());
    }

    private Views.NodeView node(ClusterState state, Topology.Node node, Optional<NodeId> leader) {
        Optional<NodeSession> session = state.session(node.id());
        boolean self = node.id().equals(watch.self());
        Optional<Long> applied =
                self
                        ? Optional.of(state.index())
                        : watch.row(node.id()).map(Row::facts).map(facts -> facts.applied());
        return new Views.NodeView(
                node.id(),
                node.site(),
                self,
                leader.filter(node.id()::equals).isPresent(),
                watch.reaches(node.id()),
                self ? Optional.of(Duration.ZERO) : watch.lastHeard(node.id()),
                applied,
                session.map(NodeSession::startedAt),
                session.map(NodeSession::address).orElse(""),
                session.map(NodeSession::version).orElse(""));
    }

    Result<Plan> plan(ClusterState state, Operation operation, GroupId group, Instant now) {
        return Planner.plan(Planner.Request.of(operation, group), state, now);
    }

    static boolean matches(Vm vm, String text) {
        return text.isBlank()
                || vm.name().contains(text)
                || vm.id().value().contains(text)
                || vm.host().filter(host -> host.value().contains(text)).isPresent()
                || vm.labels().entrySet().stream()
                        .anyMatch(
                                label -> (label.getKey() + "=" + label.getValue()).contains(text));
    }

    Views.InventoryView inventory(ClusterState state, SiteId site, String text, int limit) {
        String prefix = site + "/";
        return new Views.InventoryView(
                state.index(),
                site,
                state.under(Kind.HOST, prefix, At.HostAt.class).map(At.HostAt::host).toList(),
                state.under(Kind.NETWORK, prefix, At.NetworkAt.class)
                        .map(At.NetworkAt::network)
                        .toList(),
                state.under(Kind.STORE, prefix, At.StoreAt.class).map(At.StoreAt::store).toList(),
                state.vms(site).count(),
                state.vms(site)
                        .filter(vm -> matches(vm, text))
                        .sorted(Comparator.comparing(Vm::name))
                        .limit(limit)
                        .toList());
    }
}
