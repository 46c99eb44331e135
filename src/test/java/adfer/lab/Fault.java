package adfer.lab;

import adfer.lab.Lab.Place;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Something that breaks, and how it is mended.
 *
 * @param takes what it needs for itself while it lasts, so that no other fault mends it
 * @param isolates the site whose leases nobody can renew as long as it lasts
 * @param guard the site whose guard it takes away
 * @param then what breaks besides once the leases say that the guard is away
 */
record Fault(
        String kind,
        String what,
        Set<String> takes,
        Duration lasts,
        Optional<Place> isolates,
        Optional<Place> guard,
        Runnable begin,
        Optional<Runnable> then,
        Runnable mend) {
    /** The kinds, by how often they come; one list, so that a seed means the same each time. */
    static final List<String> KINDS =
            List.of(
                    "node killed",
                    "node killed",
                    "node stands still",
                    "node stands still",
                    "site cut off",
                    "site cut off",
                    "site not heard",
                    "site not heard",
                    "wire down",
                    "relay cut",
                    "loss",
                    "clock step",
                    "clock step",
                    "disk full",
                    "slow disk",
                    "hypervisor hangs",
                    "hypervisor hangs",
                    "power loss",
                    "power loss, unguarded",
                    "guard killed",
                    "guard stands still",
                    "processor busy");

    /**
     * @param longest no fault lasts longer
     */
    static Fault of(String kind, Random random, Lab lab, Duration longest) {
        Place any = Place.ALL.get(random.nextInt(Place.ALL.size()));
        Place centre = Place.CENTRES.get(random.nextInt(Place.CENTRES.size()));
        Draw draw = new Draw(random, longest);
        return switch (kind) {
            case "node killed" -> nodeKilled(lab, any, draw.seconds(1, 25));
            case "node stands still" -> nodeStandsStill(lab, any, draw.seconds(1, 60));
            case "site cut off" -> cutOff(lab, any, draw.seconds(3, 30));
            case "site not heard" -> notHeard(lab, any, draw.seconds(3, 30));
            case "wire down" -> wireDown(lab, any, random, draw.seconds(3, 40));
            case "relay cut" -> relayCut(lab, 1 + random.nextInt(2), draw.seconds(3, 40));
            case "loss" -> loss(lab, any, 5 + random.nextInt(26), draw.seconds(5, 40));
            case "clock step" -> clockStep(lab, any, random, draw.seconds(3, 40));
            case "disk full" -> diskFull(lab, any, draw.seconds(3, 20));
            case "slow disk" -> slowDisk(lab, any, 50 << random.nextInt(6), draw.seconds(5, 30));
            case "hypervisor hangs" -> hypervisorHangs(lab, centre, draw.seconds(3, 30));
            case "power loss" -> powerLoss(lab, centre, draw.seconds(8, 40));
            case "power loss, unguarded" -> unguardedPowerLoss(lab, centre, draw.seconds(15, 40));
            case "guard killed" -> guardKilled(lab, centre);
            case "guard stands still" -> guardStandsStill(lab, centre, draw.seconds(3, 25));
            case "processor busy" -> processorBusy(draw.seconds(3, 10));
            default -> throw new IllegalStateException(kind);
        };
    }

    private record Draw(Random random, Duration longest) {
        Duration seconds(int least, int most) {
            Duration drawn =
                    Duration.ofMillis(least * 1_000L + random.nextInt((most - least) * 1_000));
            return drawn.compareTo(longest) > 0 ? longest : drawn;
        }
    }

    private static Fault nodeKilled(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "node killed",
                "node " + place.node + " is killed",
                Set.of("node " + place.node),
                lasts,
                dataCentre(place),
                Optional.empty(),
                () -> lab.daemons().kill(place.node),
                Optional.empty(),
                () -> lab.daemons().want(place.node));
    }

    private static Fault nodeStandsStill(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "node stands still",
                "node " + place.node + " stands still",
                Set.of("node " + place.node),
                lasts,
                dataCentre(place),
                Optional.empty(),
                () -> lab.daemons().freeze(place.node, true),
                Optional.empty(),
                () -> lab.daemons().freeze(place.node, false));
    }

    private static Fault cutOff(Lab lab, Place place, Duration lasts) {
        List<String> ends = Wires.of(place.namespace);
        return new Fault(
                "site cut off",
                "all wires of " + place.namespace + " are down",
                wiresOf(place),
                lasts,
                dataCentre(place),
                Optional.empty(),
                () -> lab.wires().set(place.namespace, ends, false),
                Optional.empty(),
                () -> lab.wires().set(place.namespace, ends, true));
    }

    private static Fault notHeard(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "site not heard",
                "all that " + place.namespace + " sends is lost",
                Set.of("loss " + place.namespace, "power " + place.namespace),
                lasts,
                dataCentre(place),
                Optional.empty(),
                () -> lab.wires().lose(place.namespace, 100, false),
                Optional.empty(),
                () -> lab.wires().loseNothing(place.namespace));
    }

    private static Fault wireDown(Lab lab, Place place, Random random, Duration lasts) {
        List<String> ends = Wires.of(place.namespace);
        List<String> end = List.of(ends.get(random.nextInt(ends.size())));
        return new Fault(
                "wire down",
                "wire " + end.getFirst() + " of " + place.namespace + " is down",
                Set.of("wires", "power " + place.namespace),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.wires().set(place.namespace, end, false),
                Optional.empty(),
                () -> lab.wires().set(place.namespace, end, true));
    }

    private static Fault relayCut(Lab lab, int number, Duration lasts) {
        String relay = "relay-" + number;
        return new Fault(
                "relay cut",
                "all wires of " + relay + " are down",
                Set.of("wires", "power dc-a", "power dc-b"),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.wires().set(relay, Wires.of(relay), false),
                Optional.empty(),
                () -> lab.wires().set(relay, Wires.of(relay), true));
    }

    private static Fault loss(Lab lab, Place place, int percent, Duration lasts) {
        return new Fault(
                "loss",
                percent + "% of what " + place.namespace + " sends and receives is lost",
                Set.of("loss " + place.namespace, "power " + place.namespace),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.wires().lose(place.namespace, percent, true),
                Optional.empty(),
                () -> lab.wires().loseNothing(place.namespace));
    }

    private static Fault clockStep(Lab lab, Place place, Random random, Duration lasts) {
        List<Integer> steps = List.of(-3_600, -30, -2, 2, 30, 3_600);
        int step = steps.get(random.nextInt(steps.size()));
        return new Fault(
                "clock step",
                "the wall clock of " + place.node + " is stepped by " + step + " s",
                Set.of("clock " + place.node),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.stepClock(place.node, Duration.ofSeconds(step)),
                Optional.empty(),
                () -> lab.stepClock(place.node, Duration.ZERO));
    }

    private static Fault diskFull(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "disk full",
                "the disk of " + place.node + " fills up",
                Set.of("disk " + place.node),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.fillDisk(place.node),
                Optional.empty(),
                () -> lab.emptyDisk(place.node));
    }

    private static Fault slowDisk(Lab lab, Place place, int millis, Duration lasts) {
        return new Fault(
                "slow disk",
                "each sync of the disk of " + place.node + " takes " + millis + " ms",
                Set.of("disk " + place.node),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.slowDisk(place.node, Duration.ofMillis(millis)),
                Optional.empty(),
                () -> lab.slowDisk(place.node, Duration.ZERO));
    }

    private static Fault hypervisorHangs(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "hypervisor hangs",
                "libvirtd of " + place.namespace + " stands still",
                Set.of("hypervisor " + place.namespace, "power " + place.namespace),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.freezeHypervisor(place, true),
                Optional.empty(),
                () -> lab.freezeHypervisor(place, false));
    }

    private static Fault powerLoss(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "power loss",
                place.namespace + " loses its power",
                powerOf(place),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> lab.powerOff(place),
                Optional.empty(),
                () -> lab.powerOn(place));
    }

    /** The lease proves nothing then: it takes a fence, or the word of two people. */
    private static Fault unguardedPowerLoss(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "power loss, unguarded",
                place.namespace + " loses its guard, and then its power",
                powerOf(place),
                lasts,
                Optional.empty(),
                Optional.of(place),
                () -> lab.daemons().kill(place.guard()),
                Optional.of(() -> lab.powerOff(place)),
                () -> lab.powerOn(place));
    }

    /** The power of a site was cut by a fence; somebody will switch it on again. */
    static Fault fenced(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "fenced",
                place.namespace + " was fenced",
                powerOf(place),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> {},
                Optional.empty(),
                () -> lab.powerOn(place));
    }

    private static Fault guardKilled(Lab lab, Place place) {
        return new Fault(
                "guard killed",
                "guard " + place.guard() + " is killed",
                Set.of("guard " + place.guard()),
                Duration.ofMillis(100),
                Optional.empty(),
                Optional.of(place),
                () -> lab.daemons().kill(place.guard()),
                Optional.empty(),
                () -> lab.daemons().want(place.guard()));
    }

    static Fault guardStandsStill(Lab lab, Place place, Duration lasts) {
        return new Fault(
                "guard stands still",
                "guard " + place.guard() + " stands still",
                Set.of("guard " + place.guard()),
                lasts,
                Optional.empty(),
                Optional.of(place),
                () -> lab.daemons().freeze(place.guard(), true),
                Optional.empty(),
                () -> lab.daemons().freeze(place.guard(), false));
    }

    /** Two programs that do nothing but run, and end by themselves. */
    private static Fault processorBusy(Duration lasts) {
        return new Fault(
                "processor busy",
                "the processors are busy",
                Set.of("processor"),
                lasts,
                Optional.empty(),
                Optional.empty(),
                () -> Burner.burn(3, lasts),
                Optional.empty(),
                () -> {});
    }

    private static Set<String> powerOf(Place place) {
        return Set.of(
                "node " + place.node,
                "guard " + place.guard(),
                "wires",
                "loss " + place.namespace,
                "power " + place.namespace,
                "hypervisor " + place.namespace);
    }

    private static Set<String> wiresOf(Place place) {
        return Set.of("wires", "power " + place.namespace);
    }

    private static Optional<Place> dataCentre(Place place) {
        return place == Place.W ? Optional.empty() : Optional.of(place);
    }
}
