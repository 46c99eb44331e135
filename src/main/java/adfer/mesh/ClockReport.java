package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.Sorted;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * How far the nodes' wall clocks are apart. Nothing rests on them for safety: they are for people,
 * who read times of several nodes side by side.
 *
 * @param skews every pair that measured one another, the largest first
 * @param ntp reference clock minus the node's own, for the nodes that measure it
 * @param warning whether anything is beyond the threshold
 * @param sentence what there is to say, in one sentence
 */
public record ClockReport(
        List<Skew> skews, SortedMap<NodeId, Duration> ntp, boolean warning, String sentence) {
    /**
     * Two clocks.
     *
     * @param ahead how far {@code other} is ahead of {@code one}; negative when it is behind
     */
    public record Skew(NodeId one, NodeId other, Duration ahead) {}

    public ClockReport {
        skews = List.copyOf(skews);
        ntp = Sorted.copy(ntp);
    }

    /**
     * @param freshFor older rows are left out
     * @param threshold greater than zero; beyond it there is a warning
     */
    public static ClockReport of(Matrix matrix, Duration freshFor, Duration threshold) {
        List<Skew> skews = new ArrayList<>();
        TreePMap<NodeId, Duration> ntp = TreePMap.empty();
        TreeSet<NodeId> nodes = new TreeSet<>();
        for (NodeId observer : matrix.rows().keySet()) {
            Optional<Row> row = matrix.row(observer, freshFor);
            row.ifPresent(r -> nodes.addAll(r.clockOffsets().keySet()));
            Optional<Duration> reference = row.flatMap(r -> r.facts().ntpOffset());
            if (reference.isPresent()) {
                ntp = ntp.plus(observer, reference.get());
            }
        }
        nodes.addAll(matrix.rows().keySet());
        for (NodeId one : nodes) {
            for (NodeId other : nodes.tailSet(one, false)) {
                skew(matrix.row(one, freshFor), matrix.row(other, freshFor), one, other)
                        .ifPresent(skews::add);
            }
        }
        skews.sort(Comparator.comparing((Skew skew) -> skew.ahead().abs()).reversed());
        return new ClockReport(
                skews, ntp, beyond(skews, ntp, threshold), sentence(skews, ntp, threshold));
    }

    /** The larger of what the two say of each other. */
    private static Optional<Skew> skew(
            Optional<Row> mine, Optional<Row> theirs, NodeId one, NodeId other) {
        Optional<Duration> seen = mine.map(row -> row.clockOffsets().get(other));
        Optional<Duration> told =
                theirs.map(row -> row.clockOffsets().get(one)).map(Duration::negated);
        if (seen.isPresent() && told.isPresent()) {
            boolean larger = told.get().abs().compareTo(seen.get().abs()) > 0;
            seen = larger ? told : seen;
        }
        return seen.or(() -> told).map(ahead -> new Skew(one, other, ahead));
    }

    private static boolean beyond(
            List<Skew> skews, SortedMap<NodeId, Duration> ntp, Duration threshold) {
        return (!skews.isEmpty() && skews.getFirst().ahead().abs().compareTo(threshold) > 0)
                || ntp.values().stream().anyMatch(off -> off.abs().compareTo(threshold) > 0);
    }

    private static String sentence(
            List<Skew> skews, SortedMap<NodeId, Duration> ntp, Duration threshold) {
        List<String> parts = new ArrayList<>();
        if (!skews.isEmpty()) {
            Skew worst = skews.getFirst();
            parts.add(
                    "the clock of %s is %s that of %s"
                            .formatted(worst.other(), ahead(worst.ahead()), worst.one()));
        }
        ntp.entrySet().stream()
                .max(Comparator.comparing(entry -> entry.getValue().abs()))
                .ifPresent(worst ->
                        parts.add(
                                "the clock of %s is %s the reference"
                                        .formatted(
                                                worst.getKey(),
                                                ahead(worst.getValue().negated()))));
        if (parts.isEmpty()) {
            return "No clock has been compared yet.";
        }
        String advice =
                beyond(skews, ntp, threshold)
                        ? ", which is more than "
                                + millis(threshold)
                                + ": check their time service."
                        : " at most.";
        String said = String.join(", and ", parts) + advice;
        return Character.toUpperCase(said.charAt(0)) + said.substring(1);
    }

    private static String ahead(Duration by) {
        return millis(by.abs()) + (by.isNegative() ? " behind" : " ahead of");
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
