package adfer.lab;

import adfer.lab.History.Acknowledged;
import adfer.lab.History.ProvenOff;
import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * People who press every button at any node. Each acts once, in a name of its own, so that the
 * audit trail tells whether what was acknowledged to it is there. Where a site has no power, two of
 * them attest so, which is true, or one has it fenced; and what it ran is failed over.
 */
final class Operators {
    private static final Duration DWELL = Duration.ofSeconds(2);

    /** What was asked for but not answered may still come in. */
    private static final Duration STILL_UNDER_WAY = Duration.ofSeconds(5);

    private static final Duration FENCE = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Api api;
    private final Lab lab;
    private final Random random;
    private final List<String> groups;
    private final Timeline timeline;
    private final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
    private final List<ProvenOff> provenOff = new CopyOnWriteArrayList<>();
    private final Set<String> takenBack = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();

    Operators(Api api, Lab lab, Random random, List<String> groups, Timeline timeline) {
        this.api = api;
        this.lab = lab;
        this.random = random;
        this.groups = groups;
        this.timeline = timeline;
    }

    /** Acts until then, each time without waiting for what comes of it but at the end. */
    void run(long until) throws InterruptedException {
        List<Thread> acting = new ArrayList<>();
        while (BootTime.now() < until) {
            Place place = Place.ALL.get(random.nextInt(Place.ALL.size()));
            String group = groups.get(random.nextInt(groups.size()));
            int choice = random.nextInt(100);
            int other = random.nextInt(1_000);
            acting.add(Thread.ofVirtual().start(() -> act(place, group, choice, other)));
            Thread.sleep(1_000 + random.nextInt(5_000));
        }
        for (Thread each : acting) {
            each.join();
        }
    }

    private void act(Place place, String group, int choice, int other) {
        Optional<Place> lost = lost(place);
        if (lost.isPresent() && choice % 2 == 0) {
            bringBack(place, lost.get(), other);
        } else if (choice < 50) {
            begin(place, "migration", group);
        } else if (choice < 65) {
            begin(place, "failover", group);
        } else if (choice < 80) {
            publish(place, group);
        } else {
            speak(place, other);
        }
    }

    /** The data centre that is lost, as a node has it. */
    private Optional<Place> lost(Place place) {
        Map<String, String> verdicts = new Cluster(api).verdicts(place);
        return Place.CENTRES.stream()
                .filter(centre -> "UNREACHABLE".equals(verdicts.get(centre.site)))
                .findFirst();
    }

    /** What a lost site ran, by the proof that it takes. */
    private void bringBack(Place place, Place lost, int other) {
        if (other % 3 == 0) {
            fence(place, lost);
        } else {
            lab.whileDark(lost, () -> attest(place, lost));
        }
        groups.stream()
                .filter(group ->
                        api.get(place, "/services/" + group)
                                .filter(view -> view.path("owner").asText().equals(lost.site))
                                .isPresent())
                .forEach(group -> begin(place, "failover", group));
    }

    /** Has a lost site fenced, and sees whether that proves something. */
    private void fence(Place place, Place lost) {
        String path = "/sites/" + lost.site + "/fence";
        Optional<JsonNode> view = api.get(place, path);
        String phrase = view.map(known -> known.path("phrase").asText()).orElse("healthy");
        if (phrase.contains("healthy")
                || !tell(
                        place,
                        "POST",
                        path,
                        "fence of " + lost.site,
                        Map.of("typed", phrase, "reason", "the fault lab"))) {
            return;
        }
        long deadline = BootTime.now() + FENCE.toMillis();
        while (BootTime.now() < deadline) {
            if (api.get(place, path).filter(Operators::off).isPresent()) {
                provenOff.add(new ProvenOff(lost.site, "a fence", BootTime.now()));
                timeline.tell("site " + lost.site + " is proven off by a fence");
                return;
            }
            pause(LOOK);
        }
    }

    private static boolean off(JsonNode view) {
        return stream(view.path("hosts"))
                .anyMatch(host -> host.path("standing").asText().equals("OFF"));
    }

    /** One person says how he or she knows, a second one confirms it. */
    private void attest(Place place, Place lost) {
        String path = "/sites/" + lost.site + "/attestation";
        Optional<JsonNode> said =
                answered(
                        place,
                        "POST",
                        path,
                        "attestation of " + lost.site,
                        Map.of("words", "The switch of " + lost.namespace + " is off."));
        boolean done =
                said.filter(view ->
                                tell(
                                        place,
                                        "POST",
                                        path + "/confirmation",
                                        "confirmation for " + lost.site,
                                        Map.of(
                                                "asked",
                                                view.path("asked").asLong(),
                                                "typed",
                                                "site " + lost.site + " is off")))
                        .isPresent();
        if (done) {
            provenOff.add(new ProvenOff(lost.site, "two people", BootTime.now()));
        } else {
            pause(STILL_UNDER_WAY);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How often what was acknowledged. */
    Map<String, Long> counts() {
        return acknowledged.stream()
                .collect(
                        Collectors.groupingBy(
                                done -> done.what().split(" ", 2)[0],
                                TreeMap::new,
                                Collectors.counting()));
    }

    /** Whether somebody has cancelled a run, or skipped a step of it. */
    boolean takenBack(String run) {
        return takenBack.contains(run);
    }

    void note(ProvenOff off) {
        provenOff.add(off);
    }

    List<ProvenOff> provenOff() {
        return List.copyOf(provenOff);
    }

    List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    boolean publish(Place place, String group) {
        return publish(place, group, DWELL);
    }

    /**
     * @param dwell how long the verdict on its site must have held before the group is failed over
     */
    boolean publish(Place place, String group, Duration dwell) {
        String home = group.substring(group.length() - 1);
        String mode = group.startsWith("hand") ? "manual" : "automatic";
        int revision = number.get();
        String yaml =
                """
                runbook: %s
                title: Revision %d
                home: %s
                recovery: %s
                objectives: { rto: 5m, rpo: 1m }
                protect:
                  vms: [ { label: service=%1$s } ]
                failover: { mode: %s, dwell: %dms, fence: %s }
                steps:
                  - id: stop
                    vm.stop: { at: source, graceful: 1s }
                    timeout: 30s
                    when: source.reachable
                  - id: start
                    vm.start: { at: target }
                    after: [stop]
                    timeout: 30s
                """
                        .formatted(
                                group,
                                revision,
                                home,
                                home.equals("a") ? "b" : "a",
                                mode,
                                dwell.toMillis(),
                                group.equals("auto-b"));
        return tell(
                place,
                "PUT",
                "/runbooks/" + group,
                "publish " + group + ", revision " + revision,
                Map.of("yaml", yaml, "files", Map.of()));
    }

    boolean begin(Place place, String operation, String group) {
        Optional<JsonNode> plan = api.get(place, "/plans/" + operation + "/" + group);
        if (plan.filter(p -> p.path("executable").asBoolean()).isEmpty()) {
            return false;
        }
        return tell(
                place,
                "POST",
                "/runs",
                operation + " of " + group,
                Map.of(
                        "operation",
                        plan.get().path("plan").path("operation").asText(),
                        "group",
                        group,
                        "planHash",
                        plan.get().path("hash").asText(),
                        "confirmation",
                        plan.get().path("confirmation").asText(),
                        "reason",
                        "the fault lab"));
    }

    /** A word to a run that is open. */
    private void speak(Place place, int choice) {
        List<JsonNode> open = openRuns(place);
        if (open.isEmpty()) {
            return;
        }
        String run = open.get(choice % open.size()).path("id").asText();
        String word =
                List.of("retry", "retry", "cancel", "pause", "resume", "resume", "skip")
                        .get(choice / 10 % 7);
        speak(place, run, word);
    }

    private void speak(Place place, String run, String word) {
        Map<String, Object> body = new HashMap<>(Map.of("decision", word, "reason", "to see"));
        if (word.equals("retry") || word.equals("skip")) {
            Optional<String> step = asking(place, run);
            if (step.isEmpty()) {
                return;
            }
            body.put("step", step.get());
        }
        if (word.equals("cancel") || word.equals("skip")) {
            takenBack.add(run);
        }
        tell(place, "POST", "/runs/" + run + "/decisions", word + " run " + run, body);
    }

    private Optional<String> asking(Place place, String run) {
        return api.get(place, "/runs/" + run).stream()
                .flatMap(view -> stream(view.path("steps")))
                .filter(step ->
                        step.path("asks").asBoolean()
                                || step.path("status").asText().equals("NEEDS_OPERATOR"))
                .map(step -> step.path("id").asText())
                .findFirst();
    }

    List<JsonNode> openRuns(Place place) {
        return api.get(place, "/overview").stream()
                .flatMap(overview -> stream(overview.path("activeRuns")))
                .toList();
    }

    /** Helps each open run to its end, as the person on shift would; true when there is none. */
    boolean help(Place place, int round) {
        Optional<JsonNode> overview = api.get(place, "/overview");
        if (overview.isEmpty()) {
            return false;
        }
        List<JsonNode> open = new ArrayList<>();
        overview.get().path("activeRuns").forEach(open::add);
        for (JsonNode run : open) {
            String id = run.path("id").asText();
            if (run.path("phase").asText().equals("PAUSED")) {
                speak(place, id, "resume");
            } else if (run.path("needsOperator").asBoolean()) {
                speak(place, id, round < 8 ? "retry" : round % 2 == 0 ? "cancel" : "skip");
            }
        }
        return open.isEmpty();
    }

    private boolean tell(
            Place place, String method, String path, String what, Map<String, ?> body) {
        return answered(place, method, path, what, body).isPresent();
    }

    private Optional<JsonNode> answered(
            Place place, String method, String path, String what, Map<String, ?> body) {
        String actor = "operator-" + number.incrementAndGet();
        Optional<JsonNode> answer = api.tell(place, method, path, actor, body);
        if (answer.isPresent()) {
            acknowledged.add(new Acknowledged(actor, what, BootTime.now()));
            timeline.tell(place.node + " acknowledged to " + actor + ": " + what);
        }
        return answer;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
