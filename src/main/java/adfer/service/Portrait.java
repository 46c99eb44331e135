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
import adfer.mesh.SiteVerdict;
import adfer.mesh.Topology;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Planner;
import adfer.plan.Task;
import adfer.port.Replicator.Leadership;
import adfer.run.Engine;
import adfer.run.Report;
import adfer.run.Run;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;
import adfer.run.Workers;
import adfer.state.ClusterState;
import adfer.state.Leftover;
import adfer.state.Stance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Draws what people are shown out of the state and of what this node sees. */
final class Portrait {
    private final Watch watch;
    private final Quarantine quarantine;
    private final Expiry expiry;
    private final Services services = new Services();

    Portrait(Watch watch, Quarantine quarantine, Expiry expiry) {
        this.watch = watch;
        this.quarantine = quarantine;
        this.expiry = expiry;
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
                        .map(Portrait::summary)
                        .toList();
        List<Views.LeftoverView> left =
                leftovers(state, now).stream().filter(one -> seen.test(one.group())).toList();
        return new Views.Overview(
                state.index(),
                state.fingerprint(),
                watch.self(),
                quarantine.generation().number(),
                quarantine.sentence(),
                notes(),
                leader,
                leader.isPresent(),
                sites,
                drawn,
                active,
                left,
                attention(
                        leader,
                        sites,
                        drawn,
                        active,
                        left,
                        Stream.of(
                                        people,
                                        Proving.waiting(state, who),
                                        Reconciling.waiting(state, who))
                                .flatMap(List::stream)
                                .toList(),
                        stances(state, seen)));
    }

    List<Views.ServiceView> services(ClusterState state, Instant now) {
        return services.of(state, now);
    }

    private List<String> attention(
            Optional<NodeId> leader,
            List<Views.SiteView> sites,
            List<Views.ServiceView> services,
            List<Views.RunSummary> active,
            List<Views.LeftoverView> leftovers,
            List<String> said,
            List<Stance> stances) {
        List<String> attention = new ArrayList<>();
        if (leader.isEmpty() && quarantine.sentence().isEmpty()) {
            attention.add(
                    "No leader is known: this node sees no majority, so nothing can be changed and"
                            + " what it shows may be old. If the others are lost for good, see"
                            + " ./adfer takeover.");
        }
        quarantined().forEach(attention::add);
        active.stream()
                .filter(Views.RunSummary::needsOperator)
                .forEach(run ->
                        attention.add(
                                "Run " + run.id() + " of " + run.group() + " needs a person."));
        sites.stream()
                .flatMap(site -> site.verdict().stream())
                .filter(verdict -> verdict.status() != SiteVerdict.Status.HEALTHY)
                .forEach(verdict ->
                        attention.add(
                                "Site "
                                        + verdict.site()
                                        + " is "
                                        + verdict.status().name().toLowerCase(Locale.ROOT)
                                        + ": "
                                        + verdict.sentence()));
        sites.stream()
                .filter(site -> !site.sweepProblem().isEmpty())
                .forEach(site ->
                        attention.add(
                                "The inventory of site "
                                        + site.id()
                                        + " may be out of date: "
                                        + site.sweepProblem()));
        attention.addAll(leftOver(leftovers));
        services.stream()
                .filter(service -> !service.autostart().isEmpty())
                .forEach(service ->
                        attention.add(
                                service.title()
                                        + ": the host starts "
                                        + String.join(", ", service.autostart())
                                        + " by itself after a power loss, wherever the service"
                                        + " runs by then. Switch autostart off there (virsh"
                                        + " autostart --disable)."));
        services.stream()
                .filter(service ->
                        service.activeRun().isEmpty() && service.running() < service.vms())
                .forEach(service ->
                        attention.add(
                                service.title()
                                        + ": "
                                        + service.running()
                                        + " of "
                                        + service.vms()
                                        + " VMs run at site "
                                        + service.owner()
                                        + "."));
        attention.addAll(said);
        stances.forEach(stance -> attention.add(stance.group() + ": " + stance.sentence()));
        if (watch.clocks().warning()) {
            attention.add(watch.clocks().sentence());
        }
        attention.addAll(expiry.sentences());
        return attention;
    }

    /** Each that is on, and how many others there are at a site. */
    private static List<String> leftOver(List<Views.LeftoverView> leftovers) {
        List<String> sentences = new ArrayList<>();
        leftovers.stream()
                .filter(one -> one.faults().contains(Leftover.Fault.ON))
                .forEach(one ->
                        sentences.add(
                                one.sentence()
                                        + " Put it right: adfer reconcile "
                                        + one.site()
                                        + "."));
        leftovers.stream()
                .filter(one -> !one.faults().contains(Leftover.Fault.ON))
                .collect(
                        Collectors.groupingBy(
                                Views.LeftoverView::site, TreeMap::new, Collectors.counting()))
                .forEach((site, count) ->
                        sentences.add(
                                "Site "
                                        + site
                                        + " has "
                                        + count
                                        + (count == 1 ? " VM" : " VMs")
                                        + " left over of services that it doesn't own: adfer"
                                        + " leftovers "
                                        + site
                                        + " shows them, adfer reconcile "
                                        + site
                                        + " puts them right."));
        return sentences;
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

    private List<String> notes() {
        return watch.topology().twoSitesOnly()
                ? List.of("Two sites without a witness: nothing is ever moved by itself.")
                : List.of();
    }

    /** The others that are. */
    private List<String> quarantined() {
        return watch.topology().nodes().stream()
                .map(Topology.Node::id)
                .filter(node -> !node.equals(watch.self()) && watch.reaches(node))
                .filter(node ->
                        watch.row(node).filter(row -> row.facts().quarantined()).isPresent())
                .map(node ->
                        "Node "
                                + node
                                + " has come back and is in quarantine: review it there with"
                                + " ./adfer rejoin.")
                .toList();
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
                sweep.map(adfer.inventory.At.Sweep::problem).orElse(""));
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

    static Views.RunSummary summary(Run run) {
        Plan plan = run.plan();
        List<Task> forward =
                plan.steps().stream()
                        .flatMap(step ->
                                Stream.concat(step.tasks().stream(), step.verify().stream()))
                        .toList();
        boolean needsOperator =
                !run.header().phase().ended()
                        && (run.header().phase() == RunHeader.Phase.PAUSED
                                || plan.steps().stream()
                                        .anyMatch(step ->
                                                run.stepStatus(step) == StepStatus.NEEDS_OPERATOR)
                                || asksPeople(run).findAny().isPresent());
        return new Views.RunSummary(
                run.id(),
                plan.operation(),
                plan.group(),
                plan.title(),
                plan.source(),
                plan.target(),
                run.header().phase(),
                run.charter().at(),
                run.header().endedAt(),
                needsOperator,
                (int) forward.stream().filter(run::complete).count(),
                forward.size());
    }

    /** Tasks that nobody but a person can end. */
    private static Stream<Task> asksPeople(Run run) {
        return run.tasks().values().stream()
                .filter(progress ->
                        progress.status() == TaskProgress.Status.RUNNING
                                && progress.executor().isEmpty())
                .flatMap(progress -> run.task(progress.task()).stream())
                .filter(task ->
                        switch (task.action()) {
                            case adfer.plan.TaskAction.Approve ignored -> true;
                            case adfer.plan.TaskAction.Wait wait -> wait.time().isEmpty();
                            case adfer.plan.TaskAction.StopVm ignored -> false;
                            case adfer.plan.TaskAction.StartVm ignored -> false;
                            case adfer.plan.TaskAction.RunScript ignored -> false;
                            case adfer.plan.TaskAction.Ask ignored -> false;
                            case adfer.plan.TaskAction.MoveOwnership ignored -> false;
                        });
    }

    Views.RunView run(ClusterState state, Run run, Workers workers, Instant now) {
        List<String> waiting = new ArrayList<>(Engine.next(run, workers, now).waiting());
        asksPeople(run)
                .forEach(task ->
                        waiting.add(
                                switch (task.action()) {
                                    case adfer.plan.TaskAction.Approve approve ->
                                            "Step "
                                                    + stepOf(run, task)
                                                    + " waits for a "
                                                    + approve.role()
                                                    + ": "
                                                    + approve.message();
                                    case adfer.plan.TaskAction.Wait wait ->
                                            "Step "
                                                    + stepOf(run, task)
                                                    + " is a pause: "
                                                    + wait.message();
                                    case adfer.plan.TaskAction.StopVm ignored -> "";
                                    case adfer.plan.TaskAction.StartVm ignored -> "";
                                    case adfer.plan.TaskAction.RunScript ignored -> "";
                                    case adfer.plan.TaskAction.Ask ignored -> "";
                                    case adfer.plan.TaskAction.MoveOwnership ignored -> "";
                                }));
        run.plan().steps().stream()
                .filter(step -> run.stepStatus(step) == StepStatus.NEEDS_OPERATOR)
                .forEach(step ->
                        waiting.add(
                                "Step "
                                        + step.id()
                                        + " failed: "
                                        + failure(run, step)
                                        + " Retry it, skip it, or cancel the run."));
        return new Views.RunView(
                summary(run),
                run.charter().by().toString(),
                run.charter().reason(),
                run.plan().hash(),
                run.plan().rto(),
                run.charter().outageSince().orElse(run.charter().at()),
                run.plan().estimate().expected(),
                run.header().proof().map(adfer.run.Proof::sentence),
                run.plan().steps().stream().map(step -> step(run, step)).toList(),
                waiting,
                run.header().journal(),
                state.index());
    }

    private static String stepOf(Run run, Task task) {
        return run.stepOf(task.id()).map(step -> step.id().value()).orElse("?");
    }

    private static String failure(Run run, PlannedStep step) {
        return tasks(step)
                .flatMap(task -> run.progress(task.id()).stream())
                .filter(progress -> progress.status() == TaskProgress.Status.FAILED)
                .flatMap(progress -> progress.outcome().stream())
                .map(Report::sentence)
                .findFirst()
                .orElse("");
    }

    private static Stream<Task> tasks(PlannedStep step) {
        return Stream.of(step.tasks(), step.verify(), step.undo()).flatMap(List::stream);
    }

    private static Views.StepView step(Run run, PlannedStep step) {
        List<Task> shown =
                Stream.concat(
                                Stream.concat(step.tasks().stream(), step.verify().stream()),
                                step.undo().stream()
                                        .filter(task -> run.progress(task.id()).isPresent()))
                        .toList();
        List<TaskProgress> progress =
                shown.stream().flatMap(task -> run.progress(task.id()).stream()).toList();
        StepStatus status = run.stepStatus(step);
        boolean over = status != StepStatus.RUNNING && status != StepStatus.WAITING;
        return new Views.StepView(
                step.id(),
                step.title(),
                step.kind(),
                step.after(),
                status,
                step.skipped()
                        .orElseGet(() ->
                                status == StepStatus.NEEDS_OPERATOR ? failure(run, step) : ""),
                asksPeople(run).anyMatch(shown::contains),
                progress.stream().map(TaskProgress::startedAt).min(Instant::compareTo),
                progress.stream()
                        .flatMap(task -> task.endedAt().stream())
                        .max(Instant::compareTo)
                        .filter(end -> over),
                shown.stream().map(task -> task(run, task)).toList());
    }

    private static Views.TaskView task(Run run, Task task) {
        Optional<TaskProgress> progress = run.progress(task.id());
        return new Views.TaskView(
                task.id(),
                progress.map(p -> p.status().name()).orElse("WAITING"),
                progress.map(TaskProgress::attempt).orElse(0),
                progress.flatMap(TaskProgress::executor).map(TaskProgress.Executor::node),
                progress.map(TaskProgress::startedAt),
                progress.flatMap(TaskProgress::endedAt),
                progress.flatMap(TaskProgress::outcome).map(Report::sentence).orElse(""),
                progress.map(TaskProgress::output).orElse(""));
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
