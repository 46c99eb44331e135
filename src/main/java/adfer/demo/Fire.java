package adfer.demo;

import adfer.api.ProofResource;
import adfer.cli.Client;
import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.GroupId;
import adfer.mesh.SiteVerdict;
import adfer.service.Proving;
import adfer.service.Views;
import adfer.service.Views.StateView;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fire: data centre A is lost in the middle of the day, and everything comes back at B. */
final class Fire {
    private static final Duration DETECTION = Duration.ofSeconds(60);
    private static final Duration REJOIN = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final Terminal terminal;
    private final Narrator narrator;
    private final Failovers failovers;
    private final Client operator;
    private final Client manager;

    Fire(Cluster cluster, Terminal terminal, boolean killLeader) {
        this.cluster = cluster;
        this.terminal = terminal;
        this.narrator = new Narrator(terminal);
        this.failovers = new Failovers(cluster, narrator, killLeader);
        this.operator = cluster.client(Staff.NIGHT_SHIFT);
        this.manager = cluster.client(Staff.DUTY_MANAGER);
    }

    void run() {
        narrator.say(
                Tone.STRONG,
                "Starting data centres A and B and a witness, each a process of its own.");
        cluster.start();
        cluster.settle();
        List<Views.ServiceView> services = Cluster.overview(operator).services();
        int answering = Ports.answering("a", vms("a"));
        narrator.say(
                Tone.GOOD,
                services.size()
                        + " services run at A; "
                        + answering
                        + " service ports answer there.");
        narrator.say(Tone.BAD, "Fire in data centre A: its node and its hypervisor are gone.");
        long fire = System.nanoTime();
        Instant burned = Instant.now();
        cluster.a().burn();
        Duration detection = detect(fire);
        attest();
        services.forEach(service -> failovers.start(service.id()));
        Duration decision = since(fire);
        narrator.say(
                Tone.PLAIN,
                "All "
                        + failovers.size()
                        + " failovers were planned, attested and started "
                        + text(decision)
                        + " after the fire.");
        failovers.watch();
        Map<GroupId, Duration> recovered = failovers.took(burned);
        int back = Ports.answering("b", vms("b"));
        DemoFailure.unless(
                back == answering,
                "Only " + back + " of " + answering + " service ports answer at B.");
        narrator.say(
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
        narrator.say(
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
        narrator.say(Tone.WARN, "night-shift attests that A is off, and duty-manager confirms it.");
    }

    private void rejoin() {
        narrator.say(Tone.STRONG, "Data centre A has power again; its node comes back.");
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
        narrator.say(
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
        narrator.say(
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
                        + text(narrator.elapsed())
                        + ".");
        DemoFailure.unless(allMet, "An objective was missed.");
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

    private static Duration since(long then) {
        return Duration.ofNanos(System.nanoTime() - then);
    }

    private static String text(Duration duration) {
        return Terminal.duration(duration);
    }
}
