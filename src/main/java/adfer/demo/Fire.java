package adfer.demo;

import adfer.api.ProofResource;
import adfer.api.RunResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.cli.ExitCode;
import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.run.JournalEntry;
import adfer.run.Report;
import adfer.run.Run.StepStatus;
import adfer.service.Proving;
import adfer.service.Views;
import adfer.service.Views.StateView;

import com.fasterxml.jackson.core.type.TypeReference;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The fire: data centre A is lost in the middle of the day, and everything comes back at B. */
final class Fire {
    private static final Duration DETECTION = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofMinutes(5);
    private static final Duration REJOIN = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final Terminal terminal;
    private final boolean killLeader;
    private final Client operator;
    private final Client manager;
    private final Map<GroupId, RunId> runs = new LinkedHashMap<>();
    private final Map<RunId, Long> shown = new LinkedHashMap<>();
    private final long began = System.nanoTime();
    private Instant burned = Instant.EPOCH;
    private boolean killed;

    Fire(Cluster cluster, Terminal terminal, boolean killLeader) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.killLeader = killLeader;
        this.operator = cluster.client(Staff.NIGHT_SHIFT);
        this.manager = cluster.client(Staff.DUTY_MANAGER);
    }

    void run() {
        say(Tone.STRONG, "Starting data centres A and B and a witness, each a process of its own.");
        cluster.start();
        cluster.settle();
        List<Views.ServiceView> services = Cluster.overview(operator).services();
        int answering = probe("a");
        say(
                Tone.GOOD,
                services.size()
                        + " services run at A; "
                        + answering
                        + " service ports answer there.");
        say(Tone.BAD, "Fire in data centre A: its node and its hypervisor are gone.");
        long fire = System.nanoTime();
        burned = Instant.now();
        cluster.a().burn();
        Duration detection = detect(fire);
        attest();
        services.forEach(service -> startFailover(service.id()));
        Duration decision = since(fire);
        say(
                Tone.PLAIN,
                "All "
                        + runs.size()
                        + " failovers were planned, attested and started "
                        + text(decision)
                        + " after the fire.");
        recover();
        Map<GroupId, Duration> recovered = new LinkedHashMap<>();
        runs.forEach((group, run) -> recovered.put(group, took(run)));
        int back = probe("b");
        require(
                back == answering,
                "Only " + back + " of " + answering + " service ports answer at B.");
        say(
                Tone.GOOD,
                "All "
                        + back
                        + " service ports answer at B, "
                        + text(since(fire))
                        + " after the fire.");
        cluster.overlap()
                .ifPresent(what -> {
                    throw new DemoFailure("A disk was written by both sites: " + what);
                });
        rejoin();
        summary(detection, decision, recovered, since(fire));
    }

    private Duration detect(long fire) {
        Cluster.await(
                "the loss of A is a committed verdict",
                DETECTION,
                () ->
                        site("a")
                                .verdict()
                                .map(SiteVerdict::status)
                                .filter(SiteVerdict.Status.UNREACHABLE::equals)
                                .isPresent());
        Duration detection = since(fire);
        say(
                Tone.WARN,
                "Verdict after "
                        + text(detection)
                        + ": "
                        + site("a").verdict().map(SiteVerdict::sentence).orElse(""));
        return detection;
    }

    /** Two people say that A is off, which saves waiting until its leases have run out. */
    private void attest() {
        Views.AttestationView said =
                operator.post(
                        "/api/v1/sites/a/attestation",
                        new ProofResource.AttestRequest(
                                "The fire brigade has cut the power of data centre A; I saw it"
                                        + " myself."),
                        Views.AttestationView.class);
        manager.post(
                "/api/v1/sites/a/attestation/confirmation",
                new ProofResource.ConfirmRequest(said.asked(), Proving.phrase(said.site())),
                Views.AttestationView.class);
        say(Tone.WARN, "night-shift attests that A is off, and duty-manager confirms it.");
    }

    private void startFailover(GroupId group) {
        Views.PlanView[] plan = new Views.PlanView[1];
        Cluster.await(
                "a failover of " + group + " can be planned",
                DETECTION,
                () -> {
                    plan[0] = operator.get("/api/v1/plans/failover/" + group, Views.PlanView.class);
                    return plan[0].executable();
                });
        Views.PlanView view = plan[0];
        long tasks =
                view.plan().steps().stream()
                        .mapToLong(step -> step.tasks().size() + step.verify().size())
                        .sum();
        say(
                Tone.PLAIN,
                "Plan "
                        + view.hash().substring(0, 8)
                        + " for "
                        + view.plan().title()
                        + ": "
                        + tasks
                        + " tasks, about "
                        + text(view.plan().estimate().expected())
                        + ". "
                        + view.plan().dataAge().sentence());
        RunId run =
                operator.post(
                                "/api/v1/runs",
                                new RunResource.StartRequest(
                                        Operation.FAILOVER,
                                        group,
                                        view.hash(),
                                        view.confirmation(),
                                        Optional.of("Fire in data centre A")),
                                RunResource.RunReference.class)
                        .run();
        runs.put(group, run);
        say(Tone.WARN, "night-shift starts run " + run + " for " + view.plan().title() + ".");
    }

    /** Watches, approves what waits for approval, and kills the leading node once if asked to. */
    private void recover() {
        Cluster.await(
                "every run is done",
                RECOVERY,
                () -> {
                    boolean allDone = true;
                    for (RunId run : runs.values()) {
                        Views.RunView view =
                                operator.get("/api/v1/runs/" + run, Views.RunView.class);
                        show(run, view);
                        view.steps().stream()
                                .filter(Fire::waitsForApproval)
                                .forEach(step -> approve(run, step));
                        allDone &= ended(view);
                    }
                    if (killLeader && !killed && someDone()) {
                        kill();
                    }
                    return allDone;
                });
        require(
                !killLeader || killed,
                "The runs were over before the leading node could be killed.");
    }

    private static boolean waitsForApproval(Views.StepView step) {
        return step.kind().equals("approve") && step.status() == StepStatus.RUNNING;
    }

    private static boolean ended(Views.RunView view) {
        boolean failed =
                view.steps().stream().anyMatch(step -> step.status() == StepStatus.NEEDS_OPERATOR);
        if (failed) {
            throw new DemoFailure(
                    "Run "
                            + view.summary().id()
                            + " needs a person: "
                            + String.join(" ", view.waiting()));
        }
        return view.summary().phase().ended();
    }

    private void approve(RunId run, Views.StepView step) {
        try {
            manager.post(
                    "/api/v1/runs/" + run + "/decisions",
                    new RunResource.DecisionRequest(
                            "approve",
                            Optional.of(step.id()),
                            Optional.of("The service answers at B")),
                    RunResource.RunReference.class);
        } catch (CliException e) {
            if (e.exitCode() != ExitCode.UNREACHABLE) {
                throw e;
            }
            say(Tone.FAINT, "Approval is asked again: " + e.getMessage());
        }
    }

    private boolean someDone() {
        Views.Overview overview = Cluster.overview(operator);
        return overview.activeRuns().stream()
                .anyMatch(run -> run.done() > 2 && run.done() < run.total() - 3);
    }

    private void kill() {
        Views.Overview overview = Cluster.overview(operator);
        overview.leader()
                .ifPresent(leader -> {
                    say(
                            Tone.BAD,
                            "kill -9 of "
                                    + leader
                                    + ", which leads, in the middle of the failover.");
                    cluster.node(leader.value()).kill();
                    killed = true;
                });
    }

    private void show(RunId run, Views.RunView view) {
        long from = shown.getOrDefault(run, 0L);
        if (view.journal() <= from) {
            return;
        }
        List<JournalEntry> journal =
                operator.get(
                        "/api/v1/runs/" + run + "/journal",
                        new TypeReference<List<JournalEntry>>() {});
        journal.stream()
                .filter(entry -> entry.number() > from)
                .forEach(entry -> {
                    switch (entry.what()) {
                        case TASK_STARTED, RUN_STARTED -> {}
                        case TASK_DONE, OWNER_CHANGED ->
                                say(Tone.FAINT, view.summary().group() + ": " + entry.sentence());
                        case TASK_FAILED, TASK_RETRYING, TASK_DOUBTED, TASK_SKIPPED, OPERATOR ->
                                say(Tone.WARN, view.summary().group() + ": " + entry.sentence());
                        case RUN_ENDED ->
                                say(Tone.GOOD, view.summary().group() + ": " + entry.sentence());
                    }
                });
        shown.put(run, (long) journal.size());
    }

    /**
     * From the fire to the last observed step: longer than the report's figure, which begins with
     * the verdict.
     */
    private Duration took(RunId run) {
        return operator.get("/api/v1/runs/" + run + "/report", Report.class)
                .endedAt()
                .map(end -> Duration.between(burned, end))
                .orElseThrow(() -> new DemoFailure("Run " + run + " was not completed."));
    }

    private void rejoin() {
        say(Tone.STRONG, "Data centre A has power again; its node comes back.");
        cluster.a().start();
        List<Client> each =
                cluster.nodes().stream()
                        .map(node -> cluster.client(List.of(node.url()), Staff.NIGHT_SHIFT))
                        .toList();
        Cluster.await(
                "A has rejoined and all three nodes show one fingerprint at one index",
                REJOIN,
                () -> {
                    List<StateView> states =
                            each.stream()
                                    .map(node -> node.get("/api/v1/state", StateView.class))
                                    .toList();
                    return states.stream()
                                            .map(state -> state.index() + " " + state.fingerprint())
                                            .distinct()
                                            .count()
                                    == 1
                            && site("a").sweptAt().isPresent()
                            && site("a")
                                    .verdict()
                                    .map(SiteVerdict::status)
                                    .filter(SiteVerdict.Status.HEALTHY::equals)
                                    .isPresent();
                });
        StateView state = each.getFirst().get("/api/v1/state", StateView.class);
        say(
                Tone.GOOD,
                "A is back: index "
                        + state.index()
                        + " and fingerprint "
                        + state.fingerprint().substring(0, 16)
                        + " on all three nodes.");
        Cluster.await(
                "A shows its VMs as off",
                REJOIN,
                () -> vms("a").stream().allMatch(vm -> vm.power() == Power.OFF));
        say(
                Tone.GOOD,
                "A starts nothing: all its "
                        + vms("a").size()
                        + " VMs are off, since B owns every group.");
    }

    private void summary(
            Duration detection,
            Duration decision,
            Map<GroupId, Duration> recovered,
            Duration whole) {
        terminal.title("Summary");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SERVICE", "BACK AFTER", "RTO", ""));
        boolean allMet = true;
        for (Views.ServiceView service : Cluster.overview(operator).services()) {
            Duration took = recovered.get(service.id());
            boolean met = took != null && took.compareTo(service.rto()) <= 0;
            allMet &= met;
            rows.add(
                    List.of(
                            service.title(),
                            took == null ? "-" : text(took),
                            text(service.rto()),
                            met ? terminal.in(Tone.GOOD, "met") : terminal.in(Tone.BAD, "missed")));
        }
        terminal.table(rows);
        terminal.line(
                "Detected after "
                        + text(detection)
                        + ", decided after "
                        + text(decision)
                        + ", all over (A rejoined) after "
                        + text(whole)
                        + "; the demo took "
                        + text(since(began))
                        + ".");
        require(allMet, "An objective was missed.");
    }

    /**
     * Asks every declared port of every VM that runs at a site. Returns how many answer; fails when
     * one doesn't.
     */
    private int probe(String site) {
        List<String> silent = new ArrayList<>();
        int asked = 0;
        for (Vm vm : vms(site)) {
            for (Map.Entry<String, String> label : vm.labels().entrySet()) {
                if (label.getKey().startsWith("port/") && vm.power() == Power.RUNNING) {
                    asked++;
                    String address = vm.nics().getFirst().addresses().getFirst();
                    if (!answers(address, Integer.parseInt(label.getValue()))) {
                        silent.add(vm.name() + " at " + address + ":" + label.getValue());
                    }
                }
            }
        }
        require(
                silent.isEmpty(),
                "Not every service answers at "
                        + site.toUpperCase(Locale.ROOT)
                        + ": "
                        + String.join(", ", silent));
        require(asked > 0, "No service port is declared at " + site.toUpperCase(Locale.ROOT) + ".");
        return asked;
    }

    /** A real connection to a real port; a service that has just begun gets a little time. */
    private static boolean answers(String address, int port) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 2_000);
                return true;
            } catch (IOException e) {
                Cluster.rest();
            }
        }
        return false;
    }

    private List<Vm> vms(String site) {
        return operator.get("/api/v1/inventory/" + site + "?limit=10000", Views.InventoryView.class)
                .vms();
    }

    private Views.SiteView site(String id) {
        return Cluster.overview(operator).sites().stream()
                .filter(site -> site.id().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new DemoFailure(otherwise);
        }
    }

    private static Duration since(long then) {
        return Duration.ofNanos(System.nanoTime() - then);
    }

    private static String text(Duration duration) {
        return Terminal.duration(duration);
    }

    private void say(Tone tone, String sentence) {
        terminal.line(
                String.format(Locale.ROOT, "%6.1f s  ", since(began).toMillis() / 1000.0)
                        + terminal.in(tone, sentence));
    }
}
