package adfer.lab;

import adfer.lab.History.Life;
import adfer.lab.Lab.Place;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Measures how long after the loss of a site its VM runs at the other, by the lease's proof alone:
 * each trial a new group whose runbook lets it fail over by itself, and a power loss in a moment
 * that has nothing to do with renewals.
 *
 * @param dwell how long the verdict has to hold
 */
record Recovery(Lab lab, Fleet fleet, Timeline timeline, Duration dwell) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PROVEN = Duration.ofSeconds(45);

    boolean measure(int trials) throws InterruptedException {
        Cluster cluster = new Cluster(new Api());
        Operators operators = new Operators(cluster.api(), lab, new Random(1), List.of(), timeline);
        lab.start();
        Cluster.await("all is well at the beginning", PATIENCE, cluster::settled);
        List<Duration> verdicts = new ArrayList<>();
        List<Duration> starts = new ArrayList<>();
        Random random = new Random(trials);
        for (int i = 1; i <= trials; i++) {
            String group = "rec" + i + "-a";
            Cluster.await("all is well before", PATIENCE, cluster::settled);
            lab.startVm(Place.A, group + "-1");
            Cluster.await(
                    group + " is published",
                    PATIENCE,
                    () -> operators.publish(cluster.any(), group, dwell));
            Cluster.await("its VM is known to run", PATIENCE, () -> runs(cluster, group));
            Cluster.await("all is well", PATIENCE, cluster::settled);
            Thread.sleep(1_000 + random.nextInt(2_000));
            timeline.tell("trial " + i);
            long lost = BootTime.now();
            lab.powerOff(Place.A);
            Cluster.comes(
                    PATIENCE, 20, () -> "UNREACHABLE".equals(cluster.verdicts(Place.W).get("a")));
            verdicts.add(Duration.ofMillis(BootTime.now() - lost));
            boolean started = Cluster.comes(PROVEN, 20, () -> !at(group, "b").isEmpty());
            if (started) {
                starts.add(Duration.ofMillis(at(group, "b").getFirst().start() - lost));
                timeline.tell("verdict " + verdicts.getLast() + ", start " + starts.getLast());
            } else {
                timeline.tell("nothing started at b: was the last renewal guarded?");
            }
            lab.powerOn(Place.A);
            Cluster.await("no run is open", PATIENCE, () -> operators.help(cluster.any(), 0));
            if (started) {
                lab.destroyVm(Place.B, group + "-1");
            }
        }
        tell("Loss to committed verdict", verdicts);
        tell("Loss to the first VM's start", starts);
        System.out.printf(
                "Not started by the lease's proof within %d s: %d%n",
                PROVEN.toSeconds(), trials - starts.size());
        return !starts.isEmpty();
    }

    private static boolean runs(Cluster cluster, String group) {
        return cluster.api()
                .get(cluster.any(), "/services/" + group)
                .filter(view -> view.path("running").asInt() == 1)
                .isPresent();
    }

    private List<Life> at(String group, String site) {
        return fleet.living(group).stream().filter(life -> life.site().equals(site)).toList();
    }

    private void tell(String what, List<Duration> times) {
        if (times.isEmpty()) {
            return;
        }
        Collections.sort(times);
        System.out.printf(
                "%s, %d trials, dwell %d ms: shortest %d, median %d, p90 %d, longest %d ms%n",
                what,
                times.size(),
                dwell.toMillis(),
                times.getFirst().toMillis(),
                Checker.percentile(times, 50).orElseThrow().toMillis(),
                Checker.percentile(times, 90).orElseThrow().toMillis(),
                times.getLast().toMillis());
    }
}
