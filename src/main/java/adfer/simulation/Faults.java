package adfer.simulation;

import adfer.kernel.SiteId;
import adfer.simulation.Counts.Of;
import adfer.simulation.Network.Cut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes wrong, and ends again. That a guard dies or stands still just when the leases of its
 * site can't be renewed any more, so that nobody could say that it is away, is a double fault,
 * which no lease survives; it is left out unless asked for.
 */
final class Faults {
    private static final int AT_ONCE = 3;

    /** After it there is a leader again, and the leases are renewed. */
    private static final long SETTLED = 6 * Events.SECOND;

    private final World world;
    private final boolean doubleFaults;
    private final List<Runnable> ends = new ArrayList<>();
    private final Map<SiteId, Integer> guardsAway = new HashMap<>();
    private final Map<SiteId, Long> guardsBack = new HashMap<>();
    private int guardsJustGone;
    private int nodesAway;
    private long calmSince;
    private boolean guardNext;

    Faults(World world, boolean doubleFaults) {
        this.world = world;
        this.doubleFaults = doubleFaults;
    }

    /** Strikes now and again, as long as the storm lasts. */
    void strike() {
        world.events.after(
                world.chance.millis(100, world.theme.pause()),
                () -> {
                    if (world.stormy()) {
                        if (guardNext && !doubleFaults) {
                            guard();
                        } else if (ends.size() < AT_ONCE) {
                            any();
                        }
                        strike();
                    }
                });
    }

    /** Whether there is no more wrong than may be at once. */
    boolean mayStrike() {
        return world.stormy() && ends.size() < AT_ONCE;
    }

    boolean none() {
        return ends.isEmpty();
    }

    /** Ends everything that is wrong. */
    void end() {
        List.copyOf(ends).forEach(Runnable::run);
    }

    /** Often at once, when nothing has been renewed or confirmed yet. */
    void strikeEarly() {
        if (world.chance.percent(60)) {
            world.events.after(world.chance.millis(0, 1_200), () -> crashSite(site()));
        }
    }

    private void any() {
        if (world.chance.percent(world.theme.darkness())) {
            losePower(site());
            return;
        }
        if (world.chance.percent(world.theme.loneliness())) {
            cutOffSite();
            return;
        }
        switch (world.chance.below(22)) {
            case 0, 1 -> cutOffSite();
            case 2 -> cutOneWay();
            case 3 -> cutOffNode();
            case 4 -> cutOffGuard();
            case 5, 6 -> crashNode(world.chance.of(world.nodes));
            case 7, 8 -> freezeNodes(List.of(world.chance.of(world.nodes)), duration());
            case 9 -> freezeNodes(workers(site()), duration());
            case 10 -> crashSite(site());
            case 11 -> crashAll();
            case 12, 13, 14 -> guard();
            case 15 -> hang();
            case 16 -> slowDisk();
            case 17, 18 -> freezeAndCut(site());
            case 19, 20 -> losePower(site());
            default -> step();
        }
    }

    private SiteId site() {
        return world.chance.of(List.of(Books.A, Books.B));
    }

    List<Node> workers(SiteId site) {
        return world.nodes.stream().filter(node -> node.site.equals(site)).toList();
    }

    /** Often just about as long as it takes a lease to lapse. */
    long duration() {
        int waits = Math.toIntExact(world.profile.terms().waits().toMillis());
        return switch (world.chance.below(3)) {
            case 0 -> world.chance.millis(100, 5_000);
            case 1 -> world.chance.millis(waits - 1_500, waits + 1_500);
            default -> world.chance.millis(waits, 4 * waits);
        };
    }

    private void untilLater(long time, Runnable end) {
        boolean[] over = {false};
        List<Runnable> self = new ArrayList<>();
        Runnable once =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        ends.removeAll(self);
                        end.run();
                    }
                };
        self.add(once);
        ends.add(once);
        world.events.after(time, once);
    }

    /** What may keep a site from renewing, and so must not meet a guard that is away. */
    private void onNodes(long time, Runnable begin, Runnable end) {
        if (guardsJustGone > 0 && !doubleFaults) {
            return;
        }
        nodesAway++;
        begin.run();
        untilLater(
                time,
                () -> {
                    nodesAway--;
                    calmSince = world.events.now();
                    end.run();
                });
    }

    /** What people see to for a takeover keeps sites from renewing as well. */
    boolean missing() {
        boolean may = guardsJustGone == 0 || doubleFaults;
        nodesAway += may ? 1 : 0;
        return may;
    }

    void back() {
        nodesAway--;
        calmSince = world.events.now();
    }

    private void cut(Set<String> from, Set<String> to, boolean bothWays, long time) {
        Cut there = new Cut(from, to);
        Cut back = new Cut(to, from);
        onNodes(
                time,
                () -> {
                    world.counts.count(Of.CUTS);
                    world.say(() -> "cut " + from + (bothWays ? " <-> " : " -> ") + to);
                    world.network.add(there);
                    if (bothWays) {
                        world.network.add(back);
                    }
                },
                () -> {
                    world.say(() -> "healed " + from + " and " + to);
                    world.network.heal(there);
                    world.network.heal(back);
                });
    }

    private Set<String> at(SiteId site) {
        return names(world.processes().filter(p -> p.name.startsWith(site.value())));
    }

    private Set<String> others(Set<String> than) {
        return names(world.processes().filter(p -> !than.contains(p.name)));
    }

    private static Set<String> names(Stream<? extends Being> processes) {
        return processes.map(p -> p.name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void cutOffSite() {
        cutOff(site(), duration());
    }

    void cutOff(SiteId site, long time) {
        Set<String> inside = at(site);
        cut(inside, others(inside), true, time);
    }

    private void cutOneWay() {
        Set<String> site = at(site());
        boolean out = world.chance.percent(50);
        cut(out ? site : others(site), out ? others(site) : site, false, duration());
    }

    private void cutOffNode() {
        Set<String> node = Set.of(world.chance.of(world.nodes).name);
        cut(node, others(node), world.chance.percent(70), duration());
    }

    /** The guard lives on, but its keepers can't tell it anything. */
    private void cutOffGuard() {
        Set<String> guard = Set.of(world.chance.of(world.guards).name);
        cut(guard, others(guard), world.chance.percent(70), duration());
    }

    private void crashNode(Node node) {
        crash(node, this::duration);
    }

    void crash(Node node, LongSupplier time) {
        if (node.up()) {
            onNodes(
                    time.getAsLong(),
                    () -> {
                        world.counts.count(Of.NODE_CRASHES);
                        node.crash();
                    },
                    node::start);
        }
    }

    /** Its guards and VMs live on. */
    private void crashSite(SiteId site) {
        workers(site).forEach(this::crashNode);
    }

    private void crashAll() {
        world.nodes.forEach(node -> {
            if (world.chance.percent(80)) {
                crashNode(node);
            }
        });
    }

    void freezeNodes(List<Node> nodes, long time) {
        onNodes(
                time,
                () -> {
                    world.counts.count(Of.NODE_FREEZES);
                    nodes.forEach(Being::freeze);
                },
                () -> nodes.forEach(Being::thaw));
    }

    /**
     * The site's nodes stand still, and go on when they are cut off, with what they had in mind.
     */
    void freezeAndCut(SiteId site) {
        List<Node> workers = workers(site);
        long still = world.chance.millis(500, 7_000);
        onNodes(
                still,
                () -> {
                    world.counts.count(Of.NODE_FREEZES);
                    workers.forEach(Being::freeze);
                },
                () -> workers.forEach(Being::thaw));
        world.events.after(
                still - world.chance.millis(1, 400),
                () -> {
                    if (world.stormy()) {
                        cut(at(site), others(at(site)), true, duration());
                    }
                });
    }

    /** Whatever is wrong ends soon. */
    void allEndsWithin(int millis) {
        List<Runnable> all = List.copyOf(ends);
        world.events.after(world.chance.millis(1, millis), () -> all.forEach(Runnable::run));
    }

    /** Often the site is cut off just when the guard is back. */
    private void guard() {
        boolean calm = nodesAway == 0 && world.events.now() - calmSince > SETTLED;
        guardNext = !calm;
        if (!calm && !doubleFaults) {
            return;
        }
        Guard guard = world.chance.of(world.guards);
        boolean crashes = guard.up() && world.chance.percent(60);
        world.counts.count(crashes ? Of.GUARD_CRASHES : Of.GUARD_FREEZES);
        if (crashes) {
            guard.crash();
        } else {
            guard.freeze();
        }
        guardsJustGone++;
        guardsAway.merge(guard.site, 1, Integer::sum);
        long time = world.chance.percent(50) ? world.chance.millis(1, 1_500) : duration();
        world.events.after(Math.min(time, SETTLED), () -> guardsJustGone--);
        boolean[] away = {true};
        untilLater(
                time,
                () -> {
                    away[0] = false;
                    guardsAway.merge(guard.site, -1, Integer::sum);
                    guardsBack.put(guard.site, world.events.now());
                    if (crashes) {
                        guard.start();
                    } else {
                        guard.thaw();
                    }
                    int most = world.chance.percent(50) ? 100 : 1_500;
                    thenLose(guard.site, world.chance.millis(0, most), () -> true);
                });
        thenLose(guard.site, SETTLED + world.chance.millis(1, 3_000), () -> away[0]);
    }

    /** Often takes a site's keepers away after a time. */
    private void thenLose(SiteId site, long time, BooleanSupplier still) {
        if (world.chance.percent(60)) {
            world.events.after(
                    time,
                    () -> {
                        if (world.stormy() && still.getAsBoolean()) {
                            if (world.chance.percent(50)) {
                                crashSite(site);
                            } else {
                                cut(at(site), others(at(site)), true, duration());
                            }
                        }
                    });
        }
    }

    /** Of all hosts, or of one; the site's nodes go with them. Somebody turns it on again. */
    private void losePower(SiteId site) {
        losePower(site, () -> world.chance.percent(50) ? 4 * duration() : duration());
    }

    void losePower(SiteId site, LongSupplier time) {
        world.counts.count(Of.POWER_LOSSES);
        boolean all = world.chance.percent(70);
        List<Plug> plugs = all ? world.plugs(site) : List.of(world.chance.of(world.plugs(site)));
        List<Node> nodes = all ? workers(site) : List.of();
        onNodes(
                time.getAsLong(),
                () -> {
                    plugs.forEach(Plug::pull);
                    nodes.forEach(Being::crash);
                },
                () -> {
                    plugs.forEach(Plug::push);
                    nodes.forEach(Being::start);
                });
    }

    /** What was fenced is switched on again by somebody who knows nothing of it. */
    void switchedOff(Plug plug) {
        boolean soon = world.theme == Theme.FENCING && world.chance.percent(70);
        untilLater(
                soon ? world.chance.millis(100, 2_000) : world.chance.millis(5_000, 120_000),
                plug::push);
    }

    /** Whether a guard of a site was away at a time or since. */
    boolean guardsFailed(SiteId site, long since) {
        return guardsAway.getOrDefault(site, 0) > 0
                || guardsBack.getOrDefault(site, Long.MIN_VALUE) >= since;
    }

    private void hang() {
        Hypervisor hypervisor = world.hypervisor(site());
        world.counts.count(Of.HYPERVISOR_HANGS);
        hypervisor.freeze();
        untilLater(duration(), hypervisor::thaw);
    }

    private void slowDisk() {
        Node node = world.chance.of(world.nodes);
        world.say(() -> "the disk of " + node + " is slow");
        world.slow.add(node);
        untilLater(duration(), () -> world.slow.remove(node));
    }

    private void step() {
        Node node = world.chance.of(world.nodes);
        node.wallOffset = world.chance.millis(0, 120_000) - 60 * Events.SECOND;
        world.say(() -> "the wall clock of " + node + " is set");
    }
}
