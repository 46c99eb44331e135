package adfer.simulation;

import adfer.kernel.SiteId;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What those see to who answer for a takeover: the members that are given up are off, or cut off
 * from everything but their own site, until they have heard of the later generation. That is the
 * premise of a true word, and no part of Adfer.
 */
final class Apart {
    private static final long LOOK = Events.SECOND;

    private final World world;
    private final Set<Node> sealed = new LinkedHashSet<>();
    private final Set<Node> off = new LinkedHashSet<>();
    private final Set<Plug> dark = new LinkedHashSet<>();
    private boolean founded;

    Apart(World world) {
        this.world = world;
    }

    boolean busy() {
        return !sealed.isEmpty();
    }

    boolean holds(Node node) {
        return off.contains(node);
    }

    boolean holds(Plug plug) {
        return dark.contains(plug);
    }

    /** Whether nothing gets from one to the other because of it. */
    boolean separates(Being one, Being other) {
        return busy() && (keeps(one, other) || keeps(other, one));
    }

    private boolean keeps(Being member, Being from) {
        return member instanceof Node node
                && sealed.contains(node)
                && !from.name.startsWith(node.site.value())
                && !(from instanceof Node speaker && (later(speaker, node) || knows(speaker)));
    }

    private static boolean knows(Node node) {
        return node.belonging().quarantined();
    }

    private static boolean later(Node later, Node earlier) {
        return later.belonging().generation().supersedes(earlier.belonging().generation());
    }

    /**
     * Cuts off whom the founder can't reach, or switches them off.
     *
     * @return whether that could be done now
     */
    boolean begin(Node founder) {
        List<Node> missing =
                world.nodes.stream()
                        .filter(node -> !node.equals(founder) && !reaches(founder, node))
                        .toList();
        if (missing.isEmpty() || !world.faults.missing()) {
            return false;
        }
        founded = false;
        sealed.addAll(missing);
        world.say(() -> "people keep " + missing + " apart, to take over at " + founder);
        if (world.chance.percent(40)) {
            lost(founder).forEach(this::darken);
        }
        return true;
    }

    private boolean reaches(Node one, Node other) {
        return other.up() && !other.frozen() && world.network.joins(one, other);
    }

    /** The data centres of which every node is kept apart. */
    private List<SiteId> lost(Node founder) {
        return List.of(Books.A, Books.B).stream()
                .filter(site -> !site.equals(founder.site))
                .filter(site -> sealed.containsAll(world.nodesOf(site)))
                .toList();
    }

    /** Makes sure that nothing runs there, and that nobody there can go on alone. */
    void makeSure(Node founder) {
        lost(founder).stream()
                .filter(site ->
                        Books.GROUPS.stream()
                                .anyMatch(group -> !world.fleet.on(group, site).isEmpty()))
                .forEach(this::darken);
        for (Node node : List.copyOf(sealed)) {
            List<Node> mates = world.nodesOf(node.site).stream().filter(sealed::contains).toList();
            if (node.member.electorate.enough(mates)) {
                switchOff(mates);
            }
        }
    }

    private void darken(SiteId site) {
        world.plugs(site)
                .forEach(plug -> {
                    plug.pull();
                    dark.add(plug);
                });
        switchOff(world.nodesOf(site));
    }

    private void switchOff(List<Node> nodes) {
        nodes.forEach(node -> {
            node.crash();
            off.add(node);
        });
    }

    /** From now on all others are given up, until each has heard. */
    void founded(Node founder) {
        founded = true;
        world.nodes.stream()
                .filter(node -> later(founder, node) && !knows(node))
                .forEach(sealed::add);
        look();
    }

    /** Nothing came of it. */
    void giveUp() {
        if (busy() && !founded) {
            sealed.clear();
            end();
        }
    }

    private void look() {
        world.events.after(
                LOOK,
                () -> {
                    for (Node node : List.copyOf(sealed)) {
                        if (world.nodes.stream().anyMatch(other -> tells(other, node))) {
                            switchOn(node);
                        }
                    }
                    if (busy()) {
                        look();
                    }
                });
    }

    private boolean tells(Node speaker, Node listener) {
        return speaker.partakes()
                && !speaker.frozen()
                && later(speaker, listener)
                && world.network.joins(speaker, listener);
    }

    /** Its uplinks are in, so it hears as soon as it is on. */
    private void switchOn(Node node) {
        if (off.remove(node)) {
            light(node.site);
            node.start();
            if (node.up()) {
                node.told(world.generations.latest());
            } else {
                off.add(node);
            }
        }
    }

    private void light(SiteId site) {
        List<Plug> lit = dark.stream().filter(plug -> plug.site.equals(site)).toList();
        lit.forEach(plug -> {
            dark.remove(plug);
            plug.push();
        });
    }

    /** It takes part in its generation no more, or has founded one. */
    void heard(Node node) {
        off.remove(node);
        if (sealed.remove(node) && !busy()) {
            end();
        }
    }

    private void end() {
        List<Node> back = new ArrayList<>(off);
        off.clear();
        List.of(Books.A, Books.B).forEach(this::light);
        back.forEach(Being::start);
        world.faults.back();
    }
}
