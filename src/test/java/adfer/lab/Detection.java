package adfer.lab;

import adfer.lab.Lab.Place;
import adfer.lab.Serf.Said;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures detection beside Serf: both run in the same namespaces at the same time and meet the
 * same faults. A site is lost by all its wires going dark at once. Started by {@code
 * src/lab/detection}.
 */
public final class Detection {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long POLL_MS = 20;
    private static final Pattern VERDICT = Pattern.compile("Site (\\S+) is (\\w+):");

    /** The profile for WAN takes half a minute: it is waited for in some of the trials only. */
    private static final int SLOW_EACH = 3;

    private final Lab lab;
    private final Cluster cluster = new Cluster(new Api());
    private final List<Serf> serfs;
    private final Timeline timeline;
    private final Load load = new Load();
    private final Random random = new Random(7);

    private Detection(Lab lab, Timeline timeline) {
        this.lab = lab;
        this.timeline = timeline;
        this.serfs = List.of(new Serf(lab, "lan", 7946), new Serf(lab, "wan", 8946));
    }

    /** A link that is bad for a while: how it becomes so, and well again. */
    private record Weather(String name, Runnable begin, Runnable end) {}

    /**
     * @param args Adfer's source tree, the lab's directory, its namespaces' prefix, and options
     */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[1]);
        Map<String, Long> options = new TreeMap<>(Map.of("--trials", 30L, "--minutes", 1L));
        for (int i = 3; i + 1 < args.length; i += 2) {
            if (options.put(args[i], Long.parseLong(args[i + 1])) == null) {
                System.err.println("Write --trials N or --minutes M; not " + args[i] + ".");
                System.exit(2);
            }
        }
        try (Timeline timeline = new Timeline(home.resolve("log/timeline"));
                Lab lab = new Lab(Path.of(args[0]), home, args[2], timeline)) {
            new Detection(lab, timeline)
                    .run(
                            Math.toIntExact(options.getOrDefault("--trials", 30L)),
                            Duration.ofMinutes(options.getOrDefault("--minutes", 1L)));
        } catch (IllegalStateException e) {
            System.out.println("The lab gave up: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private void run(int trials, Duration each) throws InterruptedException {
        lab.start();
        for (Place place : Place.values()) {
            serfs.forEach(serf -> serf.start(place));
        }
        lab.wires().routeByDefault();
        try {
            Cluster.await("all is well at the beginning", PATIENCE, this::healthy);
            losses(trials);
            falseAlarms(each);
        } finally {
            serfs.forEach(Serf::close);
        }
    }

    private boolean healthy() {
        return cluster.healthy() && serfs.stream().allMatch(Serf::healthy);
    }

    // How long it takes

    private void losses(int trials) throws InterruptedException {
        Map<String, List<Duration>> times = new LinkedHashMap<>();
        for (int i = 0; i < trials; i++) {
            Place victim = i % 2 == 0 ? Place.A : Place.B;
            Thread.sleep(1_000 + random.nextInt(2_000));
            String leader = leader();
            timeline.tell("loss of " + victim.site + ", led by " + leader);
            long lost = System.nanoTime();
            lab.wires().set(victim.namespace, Wires.of(victim.namespace), false);
            lose(i, victim, lost, times);
            timeline.tell("times " + times);
            lab.wires().set(victim.namespace, Wires.of(victim.namespace), true);
            lab.wires().routeByDefault();
            Cluster.await("the mesh carries again", PATIENCE, cluster::healthy);
            // Serf would try to reach a failed member again only each 30 s.
            for (Serf serf : serfs) {
                serf.kill(victim);
                serf.start(victim);
            }
            Cluster.await("all is well again", PATIENCE, this::healthy);
        }
        System.out.printf("Loss of a site to its being called lost, ms; load %s:%n", load.told());
        System.out.printf(
                "%-28s %6s %8s %8s %8s %8s%n", "", "trials", "least", "p50", "p99", "most");
        times.forEach((who, all) -> {
            Collections.sort(all);
            System.out.printf(
                    "%-28s %6d %8d %8d %8d %8d%n",
                    who,
                    all.size(),
                    all.getFirst().toMillis(),
                    Checker.percentile(all, 50).orElseThrow().toMillis(),
                    Checker.percentile(all, 99).orElseThrow().toMillis(),
                    all.getLast().toMillis());
        });
    }

    private String leader() {
        return cluster.api()
                .get(Place.W, "/overview")
                .map(view -> view.path("leader").asText())
                .orElse("somebody");
    }

    /** Waits until everybody knows. */
    private void lose(int i, Place victim, long lost, Map<String, List<Duration>> times)
            throws InterruptedException {
        boolean seen =
                Cluster.comes(
                        PATIENCE,
                        POLL_MS,
                        () -> "UNREACHABLE".equals(cluster.verdicts(Place.W).get(victim.site)));
        if (!seen) {
            throw new IllegalStateException("the loss of " + victim.site + " is not noticed");
        }
        note(times, "Adfer, committed verdict", System.nanoTime() - lost);
        for (Serf serf : i % SLOW_EACH == 0 ? serfs : serfs.subList(0, 1)) {
            String who = "Serf, profile " + serf.profile();
            if (!Cluster.comes(PATIENCE, POLL_MS, () -> failed(serf, victim, lost).isPresent())) {
                throw new IllegalStateException(who + " does not notice " + victim.site);
            }
            note(times, who, failed(serf, victim, lost).orElseThrow().at() - lost);
        }
    }

    /** The first word of a survivor. */
    private static Optional<Said> failed(Serf serf, Place victim, long since) {
        return serf.failures(since).stream()
                .filter(said -> said.member().equals(victim.site))
                .filter(said -> said.observer() != victim)
                .findFirst();
    }

    private static void note(Map<String, List<Duration>> times, String who, long nanos) {
        times.computeIfAbsent(who, name -> new ArrayList<>()).add(Duration.ofNanos(nanos));
    }

    // How often it is wrong

    private List<Weather> weathers(Duration lasts) {
        List<Weather> all = new ArrayList<>();
        for (int percent : List.of(1, 5, 20)) {
            all.add(
                    new Weather(
                            percent + "% lost, both ways, at A",
                            () -> lab.wires().lose(Place.A.namespace, percent, true),
                            () -> lab.wires().loseNothing(Place.A.namespace)));
        }
        all.add(
                new Weather(
                        "512 kbit/s, full, queue 400 ms",
                        () -> lab.wires().slow(Place.A, true),
                        () -> lab.wires().slow(Place.A, false)));
        all.add(new Weather("processors busy", () -> Burner.burn(8, lasts), () -> {}));
        return all;
    }

    private void falseAlarms(Duration each) throws InterruptedException {
        System.out.printf(
                "%nSites called lost that were not, in %d min of each (no site was lost):%n",
                each.toMinutes());
        System.out.printf(
                "%-32s %10s %10s %10s   %s%n", "", "Adfer", "Serf, lan", "Serf, wan", "load");
        for (Weather weather : weathers(each)) {
            Cluster.await("all is well before", PATIENCE, this::healthy);
            timeline.tell("weather: " + weather.name());
            long entry =
                    cluster.latestAudit(Place.W)
                            .orElseThrow(() -> new IllegalStateException("no audit trail is told"));
            long since = System.nanoTime();
            load.told();
            weather.begin().run();
            try {
                Thread.sleep(each);
            } finally {
                weather.end().run();
            }
            String busy = load.told();
            List<Integer> serf = serfs.stream().map(one -> most(one.failures(since))).toList();
            Cluster.await("all is well after", PATIENCE, this::healthy);
            List<String> verdicts = verdicts(entry);
            verdicts.forEach(sentence -> timeline.tell("Adfer: " + sentence));
            System.out.printf(
                    "%-32s %10d %10d %10d   %s%n",
                    weather.name(), alarms(verdicts), serf.get(0), serf.get(1), busy);
        }
    }

    /** The committed verdicts since an audit entry, the first one first. */
    private List<String> verdicts(long since) {
        return cluster
                .audit(Place.W, since)
                .orElseThrow(() -> new IllegalStateException("the witness tells no audit trail"))
                .reversed()
                .stream()
                .filter(entry -> entry.path("action").asText().equals("JudgeSite"))
                .map(entry -> entry.path("sentence").asText())
                .toList();
    }

    /** How many of the sentences call a site unreachable that the one before did not. */
    static int alarms(List<String> verdicts) {
        Map<String, String> last = new TreeMap<>();
        int alarms = 0;
        for (String sentence : verdicts) {
            Matcher words = VERDICT.matcher(sentence);
            if (words.lookingAt()) {
                String before = last.put(words.group(1), words.group(2));
                boolean lost = words.group(2).equals("unreachable");
                alarms += lost && !words.group(2).equals(before) ? 1 : 0;
            }
        }
        return alarms;
    }

    /** One for each member that failed, as the agent saw it that saw the most. */
    private static int most(List<Said> failures) {
        return Arrays.stream(Place.values())
                .mapToInt(observer ->
                        (int) failures.stream().filter(said -> said.observer() == observer).count())
                .max()
                .orElse(0);
    }
}
