package adfer.lab;

import adfer.lab.History.Isolation;
import adfer.lab.Lab.Place;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Breaks and mends at random, up to so many things at once. Two faults that together leave no proof
 * are kept apart: a guard is taken away only while its site is well, and nothing else happens until
 * the leases say that they are unguarded (or the guard is back).
 */
final class Injector {
    private static final int AT_ONCE = 2;
    private static final int CALM_PERCENT = 12;
    private static final Duration SETTLE = Duration.ofSeconds(20);

    private final Lab lab;
    private final Random random;
    private final Duration longest;
    private final Timeline timeline;
    private final Predicate<Place> guarded;
    private final Predicate<Place> unguarded;
    private final boolean doubleFaults;
    private final Deque<String> deck = new ArrayDeque<>();
    private final List<Under> underWay = new ArrayList<>();
    private final List<Isolation> isolations = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    private record Under(Fault fault, long from, long due, boolean guardsWell) {}

    /**
     * @param guarded whether every lease of a site was renewed with its guard, as a node tells
     * @param unguarded whether none was
     * @param doubleFaults a guard is also taken away in the moment in which its site is isolated
     */
    Injector(
            Lab lab,
            Random random,
            Duration longest,
            Timeline timeline,
            Predicate<Place> guarded,
            Predicate<Place> unguarded,
            boolean doubleFaults) {
        this.lab = lab;
        this.random = random;
        this.longest = longest;
        this.timeline = timeline;
        this.guarded = guarded;
        this.unguarded = unguarded;
        this.doubleFaults = doubleFaults;
        shuffle();
    }

    /** Breaks until then, and mends everything at the end. */
    void run(long until) throws InterruptedException {
        try {
            while (BootTime.now() < until) {
                mendWhatIsDue();
                noticeFences();
                if (random.nextInt(100) < CALM_PERCENT) {
                    calm(until);
                }
                if (underWay.size() < AT_ONCE) {
                    consider(deck.pop());
                }
                Thread.sleep(500 + random.nextInt(5_500));
            }
        } finally {
            List.copyOf(underWay).forEach(this::mend);
        }
    }

    /** Lets what is under way end, and people get something done. */
    private void calm(long until) throws InterruptedException {
        while (!underWay.isEmpty() && BootTime.now() < until) {
            mendWhatIsDue();
            Thread.sleep(100);
        }
        Thread.sleep(random.nextInt(10_000));
    }

    /** What can't happen now comes later. */
    private void consider(String kind) throws InterruptedException {
        Fault fault = Fault.of(kind, random, lab, longest);
        boolean clash =
                underWay.stream()
                        .flatMap(under -> under.fault().takes().stream())
                        .anyMatch(fault.takes()::contains);
        boolean early =
                fault.guard().isPresent()
                        && !(underWay.isEmpty() && guarded.test(fault.guard().get()));
        if (clash || early) {
            deck.addLast(kind);
            return;
        }
        if (deck.isEmpty()) {
            shuffle();
        }
        begin(fault);
        if (fault.guard().isPresent()) {
            settle(fault);
        } else if (doubleFaults && fault.isolates().isPresent()) {
            begin(Fault.guardStandsStill(lab, fault.isolates().get(), fault.lasts()));
        }
    }

    /** Every kind comes before any comes again as often. */
    private void shuffle() {
        List<String> kinds = new ArrayList<>(Fault.KINDS);
        Collections.shuffle(kinds, random);
        deck.addAll(kinds);
    }

    /** Whose power was cut by a fence gets it back after a while. */
    private void noticeFences() {
        for (Place place : Place.CENTRES) {
            Fault fenced =
                    Fault.fenced(
                            lab, place, Duration.ofSeconds(8).plusMillis(random.nextInt(15_000)));
            boolean ours =
                    underWay.stream()
                            .flatMap(under -> under.fault().takes().stream())
                            .anyMatch(("node " + place.node)::equals);
            if (lab.dark(place) && !ours) {
                begin(fenced);
            }
        }
    }

    /** Nothing else breaks while a guard's absence has not been noticed. */
    private void settle(Fault fault) throws InterruptedException {
        Place place = fault.guard().orElseThrow();
        boolean back = fault.kind().equals("guard killed");
        if (back) {
            Thread.sleep(fault.lasts().toMillis());
            List.copyOf(underWay).forEach(this::mend);
        }
        long deadline = BootTime.now() + SETTLE.toMillis();
        while (!(back ? guarded : unguarded).test(place)) {
            if (BootTime.now() > deadline) {
                List.copyOf(underWay).forEach(this::mend);
                timeline.tell("the leases did not follow guard " + place.guard());
                return;
            }
            Thread.sleep(200);
        }
        timeline.tell("leases of site " + place.site + (back ? " are guarded" : " are unguarded"));
        fault.then().ifPresent(Runnable::run);
    }

    private void begin(Fault fault) {
        timeline.tell("FAULT " + fault.what() + ", for " + fault.lasts().toMillis() + " ms");
        fault.begin().run();
        long now = BootTime.now() + BootTime.GRAIN;
        counts.merge(fault.kind(), 1, Integer::sum);
        boolean well = underWay.stream().allMatch(under -> under.fault().guard().isEmpty());
        underWay.add(new Under(fault, now, now + fault.lasts().toMillis(), well));
    }

    private void mendWhatIsDue() {
        long now = BootTime.now();
        underWay.stream().filter(under -> under.due() <= now).toList().forEach(this::mend);
    }

    private void mend(Under under) {
        underWay.remove(under);
        long now = BootTime.now();
        Optional<Place> isolated = under.fault().isolates();
        if (isolated.isPresent() && under.guardsWell()) {
            isolations.add(
                    new Isolation(isolated.get().site, under.fault().what(), under.from(), now));
        }
        timeline.tell("mended: " + under.fault().what());
        under.fault().mend().run();
    }

    List<Isolation> isolations() {
        return List.copyOf(isolations);
    }

    /** How often each kind came. */
    Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }
}
