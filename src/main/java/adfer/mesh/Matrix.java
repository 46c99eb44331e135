package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.Sorted;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Who sees whom, as one node has heard of it.
 *
 * @param holder the node whose matrix this is
 * @param taken when, by the holder's steady clock (time since an origin that differs from life to
 *     life and never jumps)
 * @param rows the latest row of each node heard of, the holder's own included
 */
public record Matrix(NodeId holder, Duration taken, SortedMap<NodeId, Aged> rows) {
    /**
     * A row with its age.
     *
     * @param age how long ago the observer made it, at most; zero or more
     */
    public record Aged(Row row, Duration age) {}

    public Matrix {
        rows = Sorted.copy(rows);
    }

    public Optional<Row> row(NodeId observer) {
        return Optional.ofNullable(rows.get(observer)).map(Aged::row);
    }

    /** The observer's row, if it isn't older than {@code limit}. */
    public Optional<Row> row(NodeId observer, Duration limit) {
        return Optional.ofNullable(rows.get(observer))
                .filter(aged -> aged.age().compareTo(limit) <= 0)
                .map(Aged::row);
    }
}
