package adfer.lab;

import adfer.lab.Checker.Violation;
import adfer.lab.History.Life;
import adfer.lab.History.StateTold;
import adfer.lab.Lab.Place;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One run of the fault lab: starts nodes and guards, breaks things and presses buttons for a time,
 * mends everything, waits until all is well, and checks what was recorded. Started by {@code
 * src/lab/faults}, which brings the lab up.
 */
public final class FaultLab {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration HEALING = Duration.ofMinutes(4);
    private static final Duration RESTARTS = Duration.ofMinutes(1);
    private static final int COMPARED_AT_LEAST = 5;
    private static final List<String> GROUPS = List.of("auto-a", "auto-b", "hand-a", "hand-b");

    private final Lab lab;
    private final Timeline timeline;
    private final Fleet fleet;
    private final Api api = new Api();
    private final Cluster cluster = new Cluster(api);
    private final List<StateTold> told = new CopyOnWriteArrayList<>();
    private final long seed;
    private final Duration lasts;
    private final boolean doubleFaults;
    private final List<Violation> ours = new ArrayList<>();

    private FaultLab(Lab lab, Timeline timeline, Fleet fleet, Map<String, Long> options) {
        this.lab = lab;
        this.timeline = timeline;
        this.fleet = fleet;
        this.seed = options.getOrDefault("--seed", System.currentTimeMillis() % 1_000_000);
        this.lasts = Duration.ofSeconds(options.getOrDefault("--seconds", 60L));
        this.doubleFaults = options.containsKey("--double-faults");
    }

    /**
     * @param args Adfer's source tree, the lab's directory, its namespaces' prefix, and options
     */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[1]);
        Map<String, Long> options = options(Arrays.asList(args).subList(3, args.length));
        boolean well = false;
        try (Timeline timeline = new Timeline(home.resolve("log/timeline"));
                Fleet fleet = new Fleet(home.resolve("evidence"), timeline);
                Lab lab = new Lab(Path.of(args[0]), home, args[2], timeline)) {
            Optional<Long> trials = Optional.ofNullable(options.get("--recovery"));
            well =
                    trials.isPresent()
                            ? new Recovery(
                                            lab,
                                            fleet,
                                            timeline,
                                            Duration.ofSeconds(options.getOrDefault("--dwell", 1L)))
                                    .measure(trials.get().intValue())
                            : new FaultLab(lab, timeline, fleet, options).run();
        } catch (IllegalStateException e) {
            System.out.println("The lab gave up: " + e.getMessage());
        }
        System.exit(well ? 0 : 1);
    }

    /** Each option has a number, but for those that are no more than a word. */
    private static Map<String, Long> options(List<String> words) {
        Map<String, Long> options = new TreeMap<>();
        try {
            for (int i = 0; i < words.size(); i++) {
                switch (words.get(i)) {
                    case "--seconds", "--seed", "--recovery", "--dwell" ->
                            options.put(words.get(i), Long.parseLong(words.get(++i)));
                    case "--double-faults" -> options.put(words.get(i), 1L);
                    default -> throw new IllegalArgumentException(words.get(i));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            System.err.println(
                    "Write --seconds N, --seed S, --double-faults, or --recovery N --dwell SECONDS;"
                            + " not this: "
                            + words);
            System.exit(2);
        }
        return options;
    }

    private boolean run() throws Exception {
        say("Seed %d, %d s of faults.".formatted(seed, lasts.toSeconds()));
        Random random = new Random(seed);
        Operators operators = new Operators(api, new Random(random.nextLong()), GROUPS, timeline);
        Injector injector =
                new Injector(
                        lab,
                        random,
                        lasts.dividedBy(3),
                        timeline,
                        place -> cluster.leases(place, true),
                        place -> cluster.leases(place, false),
                        doubleFaults);
        for (Place place : Place.values()) {
            lab.want(place.node);
            if (place != Place.W) {
                lab.want(place.guard());
            }
        }
        await("the nodes are up and both sites are listed", cluster::healthy);
        for (String group : GROUPS) {
            await(
                    "group " + group + " is published",
                    () -> operators.publish(cluster.any(), group));
        }
        await("all leases are held and guarded", cluster::settled);
        Thread sampler = Thread.ofPlatform().daemon().name("sampler").start(this::sample);
        long until = BootTime.now() + lasts.toMillis();
        Thread buttons =
                Thread.ofPlatform().daemon().name("operators").start(() -> press(operators, until));
        injector.run(until);
        buttons.join();
        timeline.tell("everything is mended");
        int[] rounds = {0};
        expect("every run ends", HEALING, () -> operators.help(cluster.any(), rounds[0]++));
        expect("all nodes agree and every lease is held and guarded", HEALING, cluster::settled);
        // Told, not demanded: what a person has cancelled stays off.
        boolean all =
                Cluster.comes(
                        RESTARTS,
                        1_000,
                        () -> GROUPS.stream().noneMatch(group -> fleet.living(group).isEmpty()));
        timeline.tell(all ? "every group runs" : "not every group runs");
        expect("every run ends again", HEALING, () -> operators.help(cluster.any(), rounds[0]++));
        expect(
                "the nodes' states are compared",
                START,
                () -> Checker.compared(told, Place.ALL.size()) >= COMPARED_AT_LEAST);
        sampler.interrupt();
        sampler.join();
        return judge(injector, operators);
    }

    private static void press(Operators operators, long until) {
        try {
            operators.run(until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean judge(Injector injector, Operators operators) {
        History history =
                new History(
                        fleet.lives(),
                        injector.isolations(),
                        operators.acknowledged(),
                        told,
                        audits());
        Checker checker = new Checker(LEASE);
        List<Violation> found = new ArrayList<>(checker.check(history));
        found.addAll(ours);
        long compared = Checker.compared(told, Place.ALL.size());
        say("Faults: %s".formatted(injector.counts()));
        say(
                ("Acknowledged to operators: %d; starts of VMs: %d; states of all nodes compared at"
                                + " %d indexes; the fleet was looked at each %d ms or sooner.")
                        .formatted(
                                operators.acknowledged().size(),
                                history.lives().size(),
                                compared,
                                fleet.longestBlink()));
        tellRuns();
        tellStops(checker.stops(history));
        tellGroups();
        for (Violation violation : found) {
            say("VIOLATION %s".formatted(violation.sentence()));
            timeline.between(violation.at() - 30_000, violation.at() + 10_000)
                    .forEach(line -> say("    %s".formatted(line)));
        }
        say(
                (found.isEmpty()
                                ? "Nothing is wrong (seed %d)."
                                : "Something is wrong: try seed %d again. The logs are in "
                                        + lab.home()
                                        + "/log.")
                        .formatted(seed));
        return found.isEmpty();
    }

    private void tellRuns() {
        Map<String, Long> phases =
                api.get(cluster.any(), "/runs?limit=1000").stream()
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

    private void tellGroups() {
        for (String group : GROUPS) {
            List<Life> on = fleet.living(group);
            say(
                    "Group %s at the end: owned by %s, %d VMs on."
                            .formatted(
                                    group,
                                    api.get(cluster.any(), "/services/" + group)
                                            .map(view -> view.path("owner").asText())
                                            .orElse("?"),
                                    on.size()));
        }
    }

    // What nodes tell

    private void sample() {
        try {
            while (true) {
                List<Thread> asking = new ArrayList<>();
                for (Place place : Place.values()) {
                    asking.add(
                            Thread.ofVirtual()
                                    .start(() ->
                                            api.get(place, "/state")
                                                    .ifPresent(state ->
                                                            told.add(
                                                                    new StateTold(
                                                                            place.node,
                                                                            state.path("index")
                                                                                    .asLong(),
                                                                            state.path(
                                                                                            "fingerprint")
                                                                                    .asText())))));
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

    private Map<String, Set<String>> audits() {
        Map<String, Set<String>> audits = new TreeMap<>();
        for (Place place : Place.values()) {
            cluster.audited(place)
                    .ifPresentOrElse(
                            actors -> audits.put(place.node, actors),
                            () ->
                                    ours.add(
                                            new Violation(
                                                    BootTime.now(),
                                                    "Node "
                                                            + place.node
                                                            + " does not tell its audit trail.")));
        }
        return audits;
    }

    // Waiting and telling

    private void await(String what, BooleanSupplier holds) throws InterruptedException {
        Cluster.await(what, START, holds);
        timeline.tell(what);
    }

    private void expect(String what, Duration patience, BooleanSupplier holds)
            throws InterruptedException {
        long from = BootTime.now();
        if (Cluster.comes(patience, 1_000, holds)) {
            say(
                    "After the faults: %s, within %d s."
                            .formatted(what, (BootTime.now() - from) / 1_000));
            timeline.tell(what);
        } else {
            ours.add(
                    new Violation(
                            BootTime.now(),
                            "After the faults, in vain for "
                                    + patience.toSeconds()
                                    + " s: "
                                    + what));
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
