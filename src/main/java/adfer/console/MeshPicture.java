package adfer.console;

import adfer.kernel.NodeId;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.service.Views;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The mesh as a drawing: sites on a circle, a line for each pair of nodes.
 *
 * @param width of the drawing, in its own units
 */
public record MeshPicture(int width, int height, List<Dot> dots, List<Line> lines) {
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** A node. */
    public record Dot(int x, int y, String name, String site, String tone) {}

    /**
     * A pair of nodes.
     *
     * @param words how it goes, for those who can't tell colours and for the tooltip
     */
    public record Line(int x1, int y1, int x2, int y2, String tone, String words) {}

    public static MeshPicture of(Topology topology, Matrix matrix, List<Views.SiteView> sites) {
        Map<NodeId, Dot> places = new TreeMap<>();
        List<Views.NodeView> nodes = sites.stream().flatMap(site -> site.nodes().stream()).toList();
        for (int i = 0; i < nodes.size(); i++) {
            Views.NodeView node = nodes.get(i);
            double angle =
                    Math.PI * (1 + 2.0 * i / nodes.size()) + (nodes.size() == 3 ? Math.PI / 6 : 0);
            int x = (int) Math.round(180 + 120 * Math.cos(angle));
            int y = (int) Math.round(100 + 62 * Math.sin(angle));
            places.put(
                    node.id(),
                    new Dot(
                            x,
                            y,
                            node.id() + (node.leading() ? " ★" : ""),
                            node.site().value(),
                            node.heard() ? "good" : "bad"));
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = i + 1; j < nodes.size(); j++) {
                lines.add(
                        line(
                                matrix,
                                places.get(nodes.get(i).id()),
                                nodes.get(i).id(),
                                places.get(nodes.get(j).id()),
                                nodes.get(j).id()));
            }
        }
        return new MeshPicture(360, 200, List.copyOf(places.values()), lines);
    }

    private static Line line(
            Matrix matrix,
            @org.jspecify.annotations.Nullable Dot from,
            NodeId one,
            @org.jspecify.annotations.Nullable Dot to,
            NodeId other) {
        Optional<Row> there = matrix.row(one, FRESH);
        Optional<Row> back = matrix.row(other, FRESH);
        List<LinkView> links = new ArrayList<>();
        there.ifPresent(row -> links.addAll(row.linksTo(other)));
        back.ifPresent(row -> links.addAll(row.linksTo(one)));
        long up = links.stream().filter(LinkView::up).count();
        String tone =
                links.isEmpty() ? "quiet" : up == 0 ? "bad" : up < links.size() ? "warn" : "good";
        String trip =
                links.stream()
                        .flatMap(link -> link.roundTrip().stream())
                        .min(Duration::compareTo)
                        .map(best -> String.format(Locale.ROOT, ", %.1f ms", best.toNanos() / 1e6))
                        .orElse("");
        String words =
                one
                        + " – "
                        + other
                        + ": "
                        + (links.isEmpty()
                                ? "nothing is known"
                                : up + " of " + links.size() + " ways up" + trip);
        return new Line(x(from), y(from), x(to), y(to), tone, words);
    }

    private static int x(@org.jspecify.annotations.Nullable Dot dot) {
        return dot == null ? 0 : dot.x();
    }

    private static int y(@org.jspecify.annotations.Nullable Dot dot) {
        return dot == null ? 0 : dot.y();
    }
}
