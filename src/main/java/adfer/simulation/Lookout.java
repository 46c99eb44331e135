package adfer.simulation;

import adfer.kernel.Generation;
import adfer.state.Command;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a node hears of generations, and tells of them, first-hand or passed on. As long as there is
 * one only, nobody says anything.
 */
final class Lookout {
    private static final long BEAT = 500 * Events.MILLI;
    private static final long LISTENS = 3 * Events.SECOND;
    private static final long FRESH = 2 * Events.SECOND;

    private final Node node;
    private final World world;
    private final Map<Node, Row> rows = new HashMap<>();
    private boolean beating;

    private record Row(Generation generation, boolean quarantined, int running, long at) {}

    Lookout(Node node) {
        this.node = node;
        this.world = node.world;
    }

    /**
     * @param open done once everybody else has been heard of, or time is up
     */
    void begin(Runnable open) {
        rows.clear();
        beating = false;
        beat();
        listen(node.clock() + LISTENS, open);
    }

    private void listen(long until, Runnable open) {
        if (rows.size() == world.nodes.size() - 1 || node.clock() >= until) {
            open.run();
        } else {
            node.after(100 * Events.MILLI, () -> listen(until, open));
        }
    }

    /** Begins to tell, if this life of the node doesn't yet. */
    void speakUp() {
        if (!beating && node.up()) {
            beat();
        }
    }

    private void beat() {
        beating = true;
        tell();
        admit();
        node.after(BEAT, this::beat);
    }

    private void tell() {
        Row mine =
                new Row(
                        node.belonging().generation(),
                        node.belonging().quarantined(),
                        running(),
                        0);
        Generation latest =
                Stream.concat(
                                Stream.of(mine.generation()),
                                rows.values().stream().map(Row::generation))
                        .max(Generation::compareTo)
                        .orElseThrow();
        for (Node other : world.nodes) {
            if (!other.equals(node)) {
                world.network.send(node, other, () -> other.lookout.hear(node, mine, latest));
            }
        }
    }

    /** How many VMs its site runs, where it lists them. */
    private int running() {
        return node.worker
                ? Books.GROUPS.stream()
                        .mapToInt(group -> world.fleet.on(group, node.site).size())
                        .sum()
                : 0;
    }

    private void hear(Node from, Row row, Generation passedOn) {
        rows.put(from, new Row(row.generation(), row.quarantined(), row.running(), node.clock()));
        node.told(passedOn);
        contradict(from, row);
    }

    /** The leader commits that VMs run where people say that nothing does. */
    private void contradict(Node from, Row row) {
        boolean apart =
                row.quarantined() || !row.generation().equals(node.belonging().generation());
        boolean said =
                node.state()
                        .attestation(from.site)
                        .filter(word -> word.holds(node.state().now()))
                        .isPresent();
        if (node.member.leading() && apart && row.running() > 0 && said) {
            node.propose(
                    node.self(),
                    new Command.TellRunning(from.site, from.id(), row.running()),
                    5 * Events.SECOND,
                    reply -> world.counts.count(Counts.Of.WORDS_CONTRADICTED));
        }
    }

    /** The leader lets those in that have joined its generation, one at a time. */
    private void admit() {
        if (node.member.leading() && node.belonging().generation().number() > 1) {
            world.nodes.stream()
                    .filter(other -> !node.member.electorate.has(other))
                    .filter(this::hears)
                    .findFirst()
                    .ifPresent(node.member::teach);
        }
    }

    private boolean hears(Node other) {
        Row row = rows.get(other);
        return row != null
                && !row.quarantined()
                && row.generation().equals(node.belonging().generation())
                && node.clock() - row.at() < FRESH;
    }
}
