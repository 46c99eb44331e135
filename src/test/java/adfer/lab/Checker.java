package adfer.lab;

import adfer.lab.History.Acknowledged;
import adfer.lab.History.Isolation;
import adfer.lab.History.Life;
import adfer.lab.History.Rest;
import adfer.lab.History.StateTold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds in a history what must never happen.
 *
 * @param lease the whole length of a lease
 */
record Checker(Duration lease) {
    /** So much later than it was is a VM seen gone at most. */
    private static final long SEEN_LATE = 1_000;

    /**
     * What is wrong.
     *
     * @param at when it began, in the history's time
     */
    record Violation(long at, String sentence) {}

    List<Violation> check(History history) {
        List<Violation> found = new ArrayList<>();
        found.addAll(overlaps(history.lives()));
        found.addAll(lostAcknowledgements(history));
        found.addAll(forks(history.stateTold()));
        found.addAll(lateStops(history));
        found.addAll(idle(history));
        found.addAll(falseProofs(history));
        found.addAll(startsInQuarantine(history));
        found.sort(Comparator.comparingLong(Violation::at));
        return found;
    }

    /** Two VMs of one group at two sites, or one VM twice. */
    private static List<Violation> overlaps(List<Life> lives) {
        List<Violation> found = new ArrayList<>();
        for (int i = 0; i < lives.size(); i++) {
            for (Life other : lives.subList(i + 1, lives.size())) {
                Life one = lives.get(i);
                boolean both =
                        one.group().equals(other.group()) && !one.site().equals(other.site());
                if ((both || one.vm().equals(other.vm())) && one.overlaps(other)) {
                    found.add(
                            new Violation(
                                    Math.max(one.start(), other.start()),
                                    "Group "
                                            + one.group()
                                            + " ran twice: "
                                            + one
                                            + ", and "
                                            + other));
                }
            }
        }
        return found;
    }

    private static List<Violation> lostAcknowledgements(History history) {
        List<Violation> found = new ArrayList<>();
        for (Acknowledged done : history.acknowledged()) {
            history.audits().entrySet().stream()
                    .filter(audit -> !audit.getValue().contains(done.actor()))
                    .map(audit ->
                            new Violation(
                                    done.at(),
                                    "Node "
                                            + audit.getKey()
                                            + " knows nothing of what was acknowledged to "
                                            + done.actor()
                                            + ": "
                                            + done.what()))
                    .forEach(found::add);
        }
        return found;
    }

    /** Two states at one index. */
    private static List<Violation> forks(List<StateTold> told) {
        Map<Long, StateTold> first = new TreeMap<>();
        List<Violation> found = new ArrayList<>();
        for (StateTold state : told) {
            StateTold known = first.putIfAbsent(state.index(), state);
            if (known != null && !known.fingerprint().equals(state.fingerprint())) {
                found.add(new Violation(0, "Two states at one index: " + known + ", " + state));
            }
        }
        return found;
    }

    private List<Violation> lateStops(History history) {
        return history.isolations().stream()
                .filter(isolation -> isolation.lasted(lease))
                .flatMap(isolation ->
                        history.lives().stream()
                                .filter(life -> runsAt(life, isolation))
                                .filter(life -> life.end() > isolation.from() + lease.toMillis())
                                .map(life ->
                                        new Violation(
                                                isolation.from() + lease.toMillis(),
                                                "A VM outlived its lease: %s, while %s from %d to %d"
                                                        .formatted(
                                                                life,
                                                                isolation.how(),
                                                                isolation.from(),
                                                                isolation.until()))))
                .toList();
    }

    /** What may run and doesn't. */
    private static List<Violation> idle(History history) {
        List<Violation> found = new ArrayList<>();
        for (Rest rest : history.rests()) {
            TreeSet<String> off = new TreeSet<>(rest.vms());
            history.lives().stream()
                    .filter(life -> life.site().equals(rest.site()))
                    .filter(life -> life.start() <= rest.at() && rest.at() < life.end())
                    .forEach(life -> off.remove(life.vm()));
            if (!off.isEmpty()) {
                found.add(
                        new Violation(
                                rest.at(),
                                "Group %s may run at %s, but %s was not on after %d s"
                                        .formatted(
                                                rest.group(),
                                                rest.site(),
                                                off,
                                                rest.since().toSeconds())));
            }
        }
        return found;
    }

    /** A VM that ran on at a site that was proven off. */
    private static List<Violation> falseProofs(History history) {
        return history.provenOff().stream()
                .flatMap(off ->
                        history.lives().stream()
                                .filter(life -> life.site().equals(off.site()))
                                .filter(life -> life.start() < off.at())
                                .filter(life -> life.end() > off.at() + SEEN_LATE)
                                .map(life ->
                                        new Violation(
                                                off.at(),
                                                "Site %s was proven off by %s, while %s ran"
                                                        .formatted(off.site(), off.how(), life))))
                .toList();
    }

    private static List<Violation> startsInQuarantine(History history) {
        return history.quarantines().stream()
                .flatMap(quarantine ->
                        history.lives().stream()
                                .filter(life -> life.site().equals(quarantine.site()))
                                .filter(life -> life.start() >= quarantine.from())
                                .filter(life -> life.start() < quarantine.until())
                                .map(life ->
                                        new Violation(
                                                life.start(), "Started in quarantine: " + life)))
                .toList();
    }

    private static boolean runsAt(Life life, Isolation isolation) {
        return life.site().equals(isolation.site())
                && life.start() < isolation.from()
                && life.end() > isolation.from();
    }

    /**
     * How long after a site was isolated its VMs were off, sorted; only of those that had to go.
     */
    List<Duration> stops(History history) {
        return history.isolations().stream()
                .filter(isolation -> isolation.lasted(lease))
                .flatMap(isolation ->
                        history.lives().stream()
                                .filter(life -> runsAt(life, isolation))
                                .map(life -> Duration.ofMillis(life.end() - isolation.from())))
                .sorted()
                .toList();
    }

    /** At how many indexes every one of the nodes has told its state. */
    static long compared(List<StateTold> told, int nodes) {
        return told.stream()
                .collect(
                        Collectors.groupingBy(
                                StateTold::index,
                                Collectors.mapping(
                                        StateTold::node, Collectors.toCollection(TreeSet::new))))
                .values()
                .stream()
                .filter(who -> who.size() == nodes)
                .count();
    }

    /** The value below which so many of a hundred of the sorted times lie; empty without any. */
    static Optional<Duration> percentile(List<Duration> sorted, int percent) {
        int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(Math.max(0, rank - 1)));
    }
}
