package adfer.lab;

import adfer.lab.History.Isolation;
import adfer.lab.History.ProvenOff;
import adfer.lab.History.Quarantine;
import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A takeover with real processes: no site hears any other, so that nobody has a majority, and two
 * people begin a new generation at data centre B. Then the wires are mended one site after the
 * other, and the witness and data centre A, whose processes have lived all the time, come back into
 * quarantine and rejoin. Started by {@code src/lab/faults --takeover}.
 */
final class Partition {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);
    private static final int COMPARED_AT_LEAST = 5;
    private static final List<String> RELAYS = List.of("relay-1", "relay-2");

    private final Lab lab;
    private final Fleet fleet;
    private final Timeline timeline;
    private final List<String> groups;
    private final Cluster cluster = new Cluster(new Api());
    private final Operators operators;
    private final Recorder recorder;
    private final List<Isolation> isolations = new ArrayList<>();
    private final List<Quarantine> quarantines = new ArrayList<>();

    Partition(Lab lab, Fleet fleet, Timeline timeline, List<String> groups) {
        this.lab = lab;
        this.fleet = fleet;
        this.timeline = timeline;
        this.groups = groups;
        this.operators = new Operators(cluster.api(), lab, new Random(1), groups, timeline);
        this.recorder = new Recorder(cluster, fleet, timeline, lab.home(), groups);
    }

    boolean play() throws InterruptedException {
        lab.start();
        await("both sites are listed", cluster::healthy);
        for (String group : groups) {
            await(group + " is published", () -> operators.publish(cluster.any(), group));
        }
        await("all leases are held and guarded", cluster::settled);
        recorder.start();
        recorder.demand("before", groups, PATIENCE, () -> true);
        demandRefusal("while somebody leads", "/takeover", "operator-early");

        long parted = part();
        await("every VM is off", () -> groups.stream().allMatch(g -> fleet.living(g).isEmpty()));
        Recorder.say("Nothing runs any more %d ms after the partition.".formatted(since(parted)));
        takeOver();
        long taken = BootTime.now();
        for (Place centre : Place.CENTRES) {
            isolations.add(new Isolation(centre.site, "no site hears any other", parted, taken));
        }
        Recorder.say(
                "Two people's word %d s after the partition."
                        .formatted(Duration.ofMillis(taken - parted).toSeconds()));
        recorder.demand("at the survivor", List.of("auto-b", "hand-b"), PATIENCE, () -> true);
        for (String group : List.of("auto-a", "hand-a")) {
            await(
                    group + " is failed over",
                    () ->
                            recorder.owner(group).equals("b")
                                    || operators.begin(Place.B, "failover", group));
        }
        recorder.demand("at the survivor, failed over", groups, PATIENCE, this::idle);
        Recorder.say("All run at B %d s after the partition.".formatted(since(parted) / 1_000));

        comeBack();
        quarantines.add(new Quarantine("a", parted, BootTime.now()));
        rejoin(Place.W);
        rejoin(Place.A);
        recorder.expect("All are members again, and agree", PATIENCE, cluster::settled);
        await("hand-a is taken home", () -> operators.begin(Place.A, "migration", "hand-a"));
        recorder.demand(
                "at the end",
                groups,
                PATIENCE,
                () -> idle() && recorder.owner("hand-a").equals("a"));
        recorder.expect(
                "The nodes' states are compared",
                PATIENCE,
                () -> recorder.compared() >= COMPARED_AT_LEAST);
        recorder.stop();
        return recorder.judge(operators, isolations, quarantines);
    }

    private boolean idle() {
        return operators.help(cluster.any(), 0);
    }

    private static long since(long then) {
        return BootTime.now() - then;
    }

    /** Takes down every wire by which one site hears another; when it had happened. */
    private long part() {
        timeline.tell("FAULT no site hears any other");
        RELAYS.forEach(relay -> lab.wires().set(relay, Wires.of(relay), false));
        lab.wires().set(Place.A.namespace, List.of("to-dc-b"), false);
        return BootTime.now() + BootTime.GRAIN;
    }

    private void takeOver() throws InterruptedException {
        await("a takeover can begin", () -> absent(view("/takeover").path("hindrance")));
        String typed = view("/takeover").path("confirmation").asText();
        if (!typed.contains("without a and w")) {
            throw new IllegalStateException("the takeover is to be '" + typed + "'");
        }
        Map<String, String> word =
                Map.of(
                        "words",
                        "The lab has cut every wire, and nothing runs.",
                        "confirmation",
                        typed);
        demandRefusal("without a first word", "/takeover/confirmation", "second");
        await("the first person is heard", () -> said("/takeover", "first", word));
        demandRefusal("by the same person twice", "/takeover/confirmation", "first");
        await("the second one is", () -> said("/takeover/confirmation", "second", word));
        // The word of the two is that A is off, and it is.
        operators.note(new ProvenOff("a", "the takeover", BootTime.now()));
        await(
                "B leads a generation of its own",
                () ->
                        overview(Place.B)
                                .filter(view -> view.path("generation").asInt() == 2)
                                .filter(view -> view.path("quorum").asBoolean())
                                .isPresent());
    }

    private JsonNode view(String path) {
        return cluster.api()
                .get(Place.B, path)
                .orElseThrow(() -> new IllegalStateException("B does not tell " + path));
    }

    private boolean said(String path, String who, Map<String, String> word) {
        return cluster.api().tell(Place.B, "POST", path, who, word).isPresent();
    }

    private void demandRefusal(String when, String path, String who) {
        Map<String, String> word =
                Map.of(
                        "words",
                        "It is off.",
                        "confirmation",
                        view("/takeover").path("confirmation").asText());
        if (!cluster.api().refuses(Place.B, "POST", path, who, word)) {
            throw new IllegalStateException("a takeover was not refused " + when);
        }
        timeline.tell("refused: a takeover " + when);
    }

    private Optional<JsonNode> overview(Place place) {
        return cluster.api().get(place, "/overview");
    }

    /** First the witness hears the survivor, then A does, which nobody has switched off. */
    private void comeBack() throws InterruptedException {
        for (String relay : RELAYS) {
            lab.wires().set(relay, List.of("to-dc-b", "to-witness"), true);
        }
        await("the witness is in quarantine", () -> quarantined(Place.W));
        for (String relay : RELAYS) {
            lab.wires().set(relay, Wires.of(relay), true);
        }
        lab.wires().set(Place.A.namespace, List.of("to-dc-b"), true);
        await("A is in quarantine", () -> quarantined(Place.A));
        // So long it would have had time to start something.
        Thread.sleep(LONG_ENOUGH);
        if (!quarantined(Place.A)) {
            throw new IllegalStateException("A has left its quarantine by itself");
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isNull() || node.isMissingNode();
    }

    private boolean quarantined(Place place) {
        return overview(place).filter(view -> !absent(view.path("quarantine"))).isPresent();
    }

    private void rejoin(Place place) throws InterruptedException {
        JsonNode review =
                cluster.api()
                        .get(place, "/quarantine")
                        .orElseThrow(() -> new IllegalStateException("no review at " + place));
        timeline.tell(
                "%s has %d VMs of protected groups, and %d audit entries of its own"
                        .formatted(
                                place.node,
                                review.path("vms").size(),
                                review.path("beyond").size()));
        Map<String, String> word =
                Map.of("confirmation", review.path("confirmation").asText(), "words", "");
        await(
                place.node + " may rejoin",
                () ->
                        cluster.api()
                                .tell(place, "POST", "/quarantine/rejoin", "reviewer", word)
                                .isPresent());
        await(place.node + " is out of quarantine", () -> joined(place));
    }

    private boolean joined(Place place) {
        return overview(place)
                .filter(view -> absent(view.path("quarantine")))
                .filter(view -> view.path("generation").asInt() == 2)
                .isPresent();
    }

    private void await(String what, BooleanSupplier holds) throws InterruptedException {
        Cluster.await(what, PATIENCE, holds);
        timeline.tell(what);
    }
}
