package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Belonging;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Facts;
import adfer.mesh.Matrix;
import adfer.mesh.PathName;
import adfer.mesh.Row;
import adfer.mesh.Topology;
import adfer.state.AuditEntry;

import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who hears of a later generation, who is let in, and what is different after a fork. */
class SuccessionRulesTest {
    private static final NodeId A = new NodeId("a1");
    private static final NodeId B = new NodeId("b1");
    private static final NodeId W = new NodeId("w1");
    private static final String HEAD = "ab".repeat(32);
    private static final Generation SECOND = Generation.FIRST.next(20, B, HEAD);
    private static final Topology THREE =
            new Topology(
                    List.of(site("a"), site("b"), site("w")), List.of(node(A), node(B), node(W)));

    @Test
    void laterGenerationIsHeardFirstHandOrPassedOnHoweverOldTheWordIs() {
        Matrix alone = matrix(Map.of(A, Generation.FIRST));
        assertThat(Lookout.later(Belonging.FIRST, alone)).isEmpty();

        Matrix told = matrix(Map.of(A, Generation.FIRST, W, Generation.FIRST, B, SECOND));
        assertThat(Lookout.later(Belonging.FIRST, told)).contains(SECOND);
        assertThat(Lookout.later(Belonging.founder(SECOND), told)).isEmpty();

        Generation third = SECOND.next(30, W, HEAD);
        assertThat(Lookout.later(Belonging.FIRST, matrix(Map.of(B, SECOND, W, third))))
                .contains(third);
        assertThat(Lookout.later(Belonging.FIRST.quarantined(third), told))
                .as("nothing new to a node that knows of a later one")
                .isEmpty();
    }

    @Test
    void startWaitsForEverybodyElse() {
        assertThat(Lookout.heardAll(THREE, matrix(Map.of(B, SECOND)))).isFalse();
        assertThat(Lookout.heardAll(THREE, matrix(Map.of(B, SECOND, W, SECOND)))).isTrue();
    }

    @Test
    void nodesComeInOneAtATimeAndOnlyWhenTheyTakePart() {
        var founder = new TreeSet<>(Set.of("b1"));
        assertThat(Admission.next(THREE, founder, node -> false)).isEmpty();
        assertThat(Admission.next(THREE, founder, node -> true)).contains(A);
        assertThat(Admission.next(THREE, founder, W::equals)).contains(W);
        assertThat(Admission.next(THREE, new TreeSet<>(Set.of("a1", "b1", "w1")), node -> true))
                .isEmpty();
    }

    @Test
    void differenceBeginsBehindTheEntryThatTheLaterGenerationNames() {
        List<AuditEntry> trail =
                List.of(entry(4, 25, "cc"), entry(3, 21, "dd"), entry(2, 20, HEAD));

        Quarantine.Beyond beyond = Quarantine.beyond(SECOND, trail);
        assertThat(beyond.entries()).containsExactly(trail.get(0), trail.get(1));
        assertThat(beyond.parted()).isFalse();
    }

    @Test
    void trailsThatPartedBeforeTheForkAreToldApartFromOneThatIsBehind() {
        assertThat(
                        Quarantine.beyond(SECOND, List.of(entry(2, 25, "cc"), entry(1, 20, "dd")))
                                .parted())
                .isTrue();
        Quarantine.Beyond behind = Quarantine.beyond(SECOND, List.of(entry(1, 12, "dd")));
        assertThat(behind.parted()).isFalse();
        assertThat(behind.entries()).isEmpty();
        assertThat(Quarantine.beyond(SECOND, List.of()).parted()).isFalse();
    }

    @Test
    void givenUpSitesAreLeftOutOfTheJudgement() {
        Topology left = THREE.without(List.of(new SiteId("a"), new SiteId("w")));
        assertThat(left.nodes()).extracting(Topology.Node::id).containsExactly(B);
        assertThat(THREE.twoSitesOnly()).isFalse();
        assertThat(THREE.without(List.of(new SiteId("w"))).twoSitesOnly()).isTrue();
    }

    private static AuditEntry entry(long number, long index, String hash) {
        return new AuditEntry(
                number,
                index,
                Instant.EPOCH,
                new Actor("ann", "cli"),
                "Decide",
                "run",
                "",
                true,
                "Something was done.",
                "",
                Optional.empty(),
                "",
                hash);
    }

    private static Matrix matrix(Map<NodeId, Generation> told) {
        TreeMap<NodeId, Matrix.Aged> rows = new TreeMap<>();
        told.forEach((node, generation) ->
                rows.put(
                        node,
                        new Matrix.Aged(
                                new Row(
                                        node,
                                        1,
                                        1,
                                        Duration.ZERO,
                                        Facts.NONE.of(generation, false),
                                        List.of(),
                                        TreePMap.empty()),
                                Duration.ofHours(3))));
        return new Matrix(A, Duration.ofHours(4), rows);
    }

    private static Topology.Site site(String id) {
        return new Topology.Site(
                new SiteId(id),
                id,
                id.equals("w") ? Topology.Role.WITNESS : Topology.Role.DATA_CENTRE);
    }

    private static Topology.Node node(NodeId id) {
        return new Topology.Node(
                id,
                new SiteId(id.value().substring(0, 1)),
                List.of(new Topology.Path(new PathName("one"), id.value(), 7001)));
    }
}
