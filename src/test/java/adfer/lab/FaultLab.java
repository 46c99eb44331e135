package adfer.lab;

import adfer.lab.Lab.Place;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One run of the fault lab: starts nodes and guards, breaks things and presses buttons for a time,
 * mends everything, waits until all is well, and checks what was recorded. Started by {@code
 * src/lab/faults}, which brings the lab up.
 */
public final class FaultLab {
    private static final Duration START = Duration.ofMinutes(6);
    private static final Duration HEALING = Duration.ofMinutes(4);
    private static final Duration RESTARTS = Duration.ofSeconds(90);
    private static final int COMPARED_AT_LEAST = 5;
    private static final List<String> GROUPS = List.of("auto-a", "auto-b", "hand-a", "hand-b");

    private final Lab lab;
    private final Timeline timeline;
    private final Api api = new Api();
    private final Cluster cluster = new Cluster(api);
    private final Recorder recorder;
    private final long seed;
    private final Duration lasts;
    private final boolean doubleFaults;

    private FaultLab(Lab lab, Timeline timeline, Fleet fleet, Map<String, Long> options) {
        this.lab = lab;
        this.timeline = timeline;
        this.recorder = new Recorder(cluster, fleet, timeline, lab.home(), GROUPS);
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
            Duration dwell = Duration.ofSeconds(options.getOrDefault("--dwell", 1L));
            if (options.containsKey("--recovery")) {
                int trials = options.getOrDefault("--recovery", 0L).intValue();
                well = new Recovery(lab, fleet, timeline, dwell).measure(trials);
            } else if (options.containsKey("--takeover")) {
                well = new Partition(lab, fleet, timeline, GROUPS).play();
            } else {
                well = new FaultLab(lab, timeline, fleet, options).run();
            }
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
                    case "--double-faults", "--takeover" -> options.put(words.get(i), 1L);
                    default -> throw new IllegalArgumentException(words.get(i));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            System.err.println(
                    "Write --seconds N, --seed S, --double-faults, or --takeover, or --recovery N"
                            + " --dwell SECONDS; not this: "
                            + words);
            System.exit(2);
        }
        return options;
    }

    private boolean run() throws Exception {
        say("Seed %d, %d s of faults.".formatted(seed, lasts.toSeconds()));
        Random random = new Random(seed);
        Operators operators =
                new Operators(api, lab, new Random(random.nextLong()), GROUPS, timeline);
        Injector injector =
                new Injector(
                        lab,
                        random,
                        lasts.dividedBy(3),
                        timeline,
                        place -> cluster.leases(place, true),
                        place -> cluster.leases(place, false),
                        doubleFaults);
        lab.start();
        await("the nodes are up and both sites are listed", cluster::healthy);
        for (String group : GROUPS) {
            await(
                    "group " + group + " is published",
                    () -> operators.publish(cluster.any(), group));
        }
        await("all leases are held and guarded", cluster::settled);
        recorder.start();
        long until = BootTime.now() + lasts.toMillis();
        Thread buttons =
                Thread.ofPlatform().daemon().name("operators").start(() -> press(operators, until));
        injector.run(until);
        buttons.join();
        timeline.tell("everything is mended");
        int[] rounds = {0};
        recorder.expect(
                "After the faults every run ends",
                HEALING,
                () -> switchOn() && operators.help(cluster.any(), rounds[0]++));
        recorder.expect(
                "All nodes agree, and every lease is held and guarded", HEALING, cluster::settled);
        runsAgain(operators, rounds);
        recorder.expect(
                "The nodes' states are compared",
                START,
                () -> recorder.compared() >= COMPARED_AT_LEAST);
        recorder.stop();
        say("Faults: %s".formatted(injector.counts()));
        return recorder.judge(operators, injector.isolations(), List.of());
    }

    /** Whoever was fenced last gets the power back; true, always. */
    private boolean switchOn() {
        Place.CENTRES.forEach(lab::powerOn);
        return true;
    }

    /**
     * Demands that every group runs that may: by itself where no person has cancelled or skipped
     * something of its last run, and after a restart by a person where it still doesn't.
     */
    private void runsAgain(Operators operators, int[] rounds) throws InterruptedException {
        List<String> left = GROUPS.stream().filter(group -> takenBack(operators, group)).toList();
        List<String> free = GROUPS.stream().filter(group -> !left.contains(group)).toList();
        recorder.demand(
                "by itself", free, RESTARTS, () -> operators.help(cluster.any(), rounds[0]++));
        recorder.demand(
                "restarted by a person where it was left out",
                GROUPS,
                HEALING,
                () -> {
                    boolean idle = operators.help(cluster.any(), rounds[0]++);
                    if (idle) {
                        GROUPS.stream()
                                .filter(group -> !recorder.runs(group))
                                .forEach(group -> operators.begin(cluster.any(), "restart", group));
                    }
                    return idle;
                });
    }

    private boolean takenBack(Operators operators, String group) {
        return recorder.service(group)
                .filter(view -> operators.takenBack(view.path("lastRun").asText()))
                .isPresent();
    }

    private static void press(Operators operators, long until) {
        try {
            operators.run(until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(String what, BooleanSupplier holds) throws InterruptedException {
        Cluster.await(what, START, holds);
        timeline.tell(what);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
