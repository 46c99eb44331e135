package adfer.lab;

import adfer.lab.Checker.Violation;
import adfer.lab.History.Isolation;
import adfer.lab.History.Life;
import adfer.lab.History.Quarantine;
import adfer.lab.History.Rest;
import adfer.lab.History.StateTold;
import adfer.lab.Lab.Place;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Records what the checker judges, and tells what was found: what nodes say of their states all the
 * time, what has to run at the end, and what was waited for in vain.
 */
final class Recorder {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final Fleet fleet;
    private final Timeline timeline;
    private final Path home;
    private final List<String> groups;
    private final List<StateTold> told = new CopyOnWriteArrayList<>();
    private final List<Rest> rests = new ArrayList<>();
    private final List<Violation> vain = new ArrayList<>();
    private final Load load = new Load();
    private final Thread sampler =
            Thread.ofPlatform().daemon().name("sampler").unstarted(this::sample);

    /**
     * @param home the lab's directory
     */
    Recorder(Cluster cluster, Fleet fleet, Timeline timeline, Path home, List<String> groups) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.timeline = timeline;
        this.home = home;
        this.groups = groups;
    }

    void start() {
        sampler.start();
    }

    void stop() throws InterruptedException {
        sampler.interrupt();
        sampler.join();
    }

    private void sample() {
        try {
            while (true) {
                List<Thread> asking = new ArrayList<>();
                for (Place place : Place.values()) {
                    asking.add(Thread.ofVirtual().start(() -> ask(place)));
                }
                Thread.sleep(700);
                for (Thread each : asking) {
                    each.join(6_000);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(Place place) {
        cluster.api()
                .get(place, "/state")
                .ifPresent(state ->
                        told.add(
                                new StateTold(
                                        place.node,
                                        state.path("index").asLong(),
                                        state.path("fingerprint").asText())));
    }

    /** At how many indexes all nodes have told their states. */
    long compared() {
        return Checker.compared(told, Place.ALL.size());
    }

    // What has to be

    /** Waits for something that has to come; that it doesn't is a violation. */
    void expect(String what, Duration patience, BooleanSupplier holds) throws InterruptedException {
        long from = BootTime.now();
        if (Cluster.comes(patience, 1_000, holds)) {
            say("%s, within %d s.".formatted(what, (BootTime.now() - from) / 1_000));
            timeline.tell(what);
        } else {
            vain.add(
                    new Violation(
                            BootTime.now(), "In vain for " + patience.toSeconds() + " s: " + what));
        }
    }

    /** Waits until the groups run at their owners, and notes what the checker then demands. */
    void demand(String how, List<String> some, Duration patience, BooleanSupplier help)
            throws InterruptedException {
        long from = BootTime.now();
        boolean all =
                Cluster.comes(
                        patience,
                        1_000,
                        () -> help.getAsBoolean() && some.stream().allMatch(this::runs));
        long now = BootTime.now();
        Duration since = Duration.ofMillis(now - from);
        some.forEach(group -> rests.add(new Rest(group, owner(group), vms(group), now, since)));
        String word = all ? "run" : "do not all run";
        timeline.tell("%s %s, %s".formatted(some, word, how));
        say("%s %s, %s, after %d s.".formatted(some, word, how, since.toSeconds()));
    }

    Optional<JsonNode> service(String group) {
        return cluster.api().get(cluster.any(), "/services/" + group);
    }

    String owner(String group) {
        return service(group).map(view -> view.path("owner").asText()).orElse("?");
    }

    private Set<String> vms(String group) {
        return fleet.lives().stream()
                .filter(life -> life.group().equals(group))
                .map(Life::vm)
                .collect(Collectors.toSet());
    }

    boolean runs(String group) {
        String owner = owner(group);
        return fleet.living(group).stream()
                .filter(life -> life.site().equals(owner))
                .map(Life::vm)
                .collect(Collectors.toSet())
                .equals(vms(group));
    }

    // What was found

    /** Checks what was recorded, and says what is wrong; true when nothing is. */
    boolean judge(Operators operators, List<Isolation> isolations, List<Quarantine> quarantines) {
        History history =
                new History(
                        fleet.lives(),
                        isolations,
                        operators.acknowledged(),
                        told,
                        audits(),
                        rests,
                        operators.provenOff(),
                        quarantines);
        Checker checker = new Checker(LEASE);
        List<Violation> found = new ArrayList<>(checker.check(history));
        found.addAll(vain);
        say(
                ("Acknowledged to operators: %d %s; starts of VMs: %d; states of all nodes compared"
                                + " at %d indexes; the fleet was looked at each %d ms or sooner.")
                        .formatted(
                                operators.acknowledged().size(),
                                operators.counts(),
                                history.lives().size(),
                                compared(),
                                fleet.longestBlink()));
        say(
                "Proven off by people: %d sites; load: %s."
                        .formatted(history.provenOff().size(), load.told()));
        tellRuns();
        tellStops(checker.stops(history));
        for (String group : groups) {
            say(
                    "Group %s at the end: owned by %s, %d VMs on."
                            .formatted(group, owner(group), fleet.living(group).size()));
        }
        for (Violation violation : found) {
            say("VIOLATION %s".formatted(violation.sentence()));
            timeline.between(violation.at() - 30_000, violation.at() + 10_000)
                    .forEach(line -> say("    %s".formatted(line)));
        }
        say(
                found.isEmpty()
                        ? "Nothing is wrong."
                        : "Something is wrong. The logs are in " + home + "/log.");
        return found.isEmpty();
    }

    private Map<String, Set<String>> audits() {
        Map<String, Set<String>> audits = new TreeMap<>();
        for (Place place : Place.values()) {
            cluster.audited(place)
                    .ifPresentOrElse(
                            actors -> audits.put(place.node, actors),
                            () ->
                                    vain.add(
                                            new Violation(
                                                    BootTime.now(),
                                                    "Node "
                                                            + place.node
                                                            + " does not tell its audit trail.")));
        }
        return audits;
    }

    private void tellRuns() {
        Map<String, Long> phases =
                cluster.api().get(cluster.any(), "/runs?limit=1000").stream()
                        .flatMap(Cluster::stream)
                        .collect(
                                Collectors.groupingBy(
                                        run ->
                                                run.path("operation").asText()
                                                        + " "
                                                        + run.path("phase").asText(),
                                        TreeMap::new,
                                        Collectors.counting()));
        say("Runs: %s".formatted(phases));
    }

    private static void tellStops(List<Duration> stops) {
        if (!stops.isEmpty()) {
            say(
                    ("Off after their site was isolated: %d VMs; shortest %d, median %d, longest %d"
                                    + " ms, of the %d ms that a lease lasts.")
                            .formatted(
                                    stops.size(),
                                    stops.getFirst().toMillis(),
                                    Checker.percentile(stops, 50).orElseThrow().toMillis(),
                                    stops.getLast().toMillis(),
                                    LEASE.toMillis()));
        }
    }

    static void say(String line) {
        System.out.println(line);
    }
}
