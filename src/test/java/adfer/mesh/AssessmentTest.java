package adfer.mesh;

import static adfer.mesh.World.FIBRE;
import static adfer.mesh.World.VPN;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

class AssessmentTest {
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");

    /** Name, world, judging node, what it finds of site a and of site b. */
    static Stream<Arguments> table() {
        return Stream.of(
                row("all well", three(), "b1", "HEALTHY ALL_WELL", "HEALTHY ALL_WELL"),
                row(
                        "one path between the data centres is dead",
                        three().cut("a1", "b1", FIBRE),
                        "b1",
                        "DEGRADED LINK_DEAD",
                        "DEGRADED LINK_DEAD"),
                row(
                        "both paths between the data centres are dead, the witness sees both",
                        three().cut("a1", "b1"),
                        "b1",
                        "DEGRADED LINK_DEAD",
                        "DEGRADED LINK_DEAD"),
                row(
                        "a has lost a path to everybody",
                        three().cut("a1", "b1", FIBRE).cut("a1", "w1", FIBRE),
                        "b1",
                        "DEGRADED LINK_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "one-way loss on one path",
                        three().cutOneWay("a1", "b1", VPN),
                        "b1",
                        "DEGRADED LINK_DEAD",
                        "DEGRADED LINK_DEAD"),
                row(
                        "site a is dead",
                        three().kill("a1"),
                        "b1",
                        "UNREACHABLE SITE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "site a is dead, as the witness judges",
                        three().kill("a1"),
                        "w1",
                        "UNREACHABLE SITE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "site a is cut off on all paths",
                        three().cut("a1", "b1").cut("a1", "w1"),
                        "b1",
                        "UNREACHABLE SITE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "site a is cut off, as it sees it itself",
                        three().cut("a1", "b1").cut("a1", "w1"),
                        "a1",
                        "UNDECIDED OBSERVER_ISOLATED",
                        "UNDECIDED OBSERVER_ISOLATED"),
                row(
                        "nothing gets into site a, but its messages get out",
                        three().cutOneWay("b1", "a1").cutOneWay("w1", "a1"),
                        "b1",
                        "UNREACHABLE LINK_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "the witness is dead",
                        three().kill("w1"),
                        "b1",
                        "HEALTHY ALL_WELL",
                        "HEALTHY ALL_WELL"),
                row(
                        "witness and site a are dead",
                        three().kill("a1", "w1"),
                        "b1",
                        "UNDECIDED OBSERVER_ISOLATED",
                        "UNDECIDED OBSERVER_ISOLATED"),
                row(
                        "the hypervisor is dead while its node lives",
                        with(three(), world -> world.hypervisors.put(n("a1"), Check.SILENT)),
                        "b1",
                        "DEGRADED HYPERVISOR_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "the hypervisor is dead, told through the witness",
                        with(three(), world -> world.hypervisors.put(n("a1"), Check.SILENT))
                                .cut("a1", "b1"),
                        "b1",
                        "DEGRADED HYPERVISOR_DEAD",
                        "DEGRADED LINK_DEAD"),
                row(
                        "one node of two is dead",
                        World.of("a1 a2 b1 w1").kill("a1"),
                        "b1",
                        "DEGRADED NODE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "both nodes of a are dead",
                        World.of("a1 a2 b1 w1").kill("a1", "a2"),
                        "b1",
                        "UNREACHABLE SITE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "the only node of a is dead, its gateway answers",
                        with(
                                three().kill("a1"),
                                world -> world.beacons.put(n("w1"), Map.of(A, Check.ANSWERS))),
                        "b1",
                        "UNREACHABLE NODE_DEAD",
                        "HEALTHY ALL_WELL"),
                row(
                        "the witness was starved: its silence is no testimony",
                        with(
                                three().kill("a1"),
                                world -> world.stalled.put(n("w1"), Duration.ofSeconds(3))),
                        "b1",
                        "UNDECIDED NOT_ENOUGH_SEEN",
                        "HEALTHY ALL_WELL"),
                row(
                        "two sites without a witness",
                        World.of("a1 b1").kill("a1"),
                        "b1",
                        "UNDECIDED OBSERVER_ISOLATED",
                        "UNDECIDED OBSERVER_ISOLATED"),
                row(
                        "two observers at one site are one witness",
                        World.of("a1 b1 b2").kill("a1"),
                        "b1",
                        "UNDECIDED OBSERVER_ISOLATED",
                        "UNDECIDED OBSERVER_ISOLATED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void tellsWhatItIs(String name, World world, String judge, String a, String b) {
        assertThat(kind(assess(world, judge, A))).isEqualTo(a);
        assertThat(kind(assess(world, judge, B))).isEqualTo(b);
    }

    @Test
    void sentencesNameWhoSaysSo() {
        assertThat(assess(three().kill("a1"), "b1", A).sentence())
                .isEqualTo(
                        "Nodes b1 and w1 reach each other, but not a1 on any path: site a is dead"
                                + " or cut off.");
        assertThat(assess(three().cut("a1", "b1"), "w1", A).sentence())
                .isEqualTo(
                        "Nodes a1 and b1 do not reach each other on any path, though both live.");
        assertThat(assess(three().cutOneWay("a1", "b1", VPN), "w1", A).sentence())
                .isEqualTo(
                        "Nodes a1 and b1 do not reach each other on path vpn (one way: a1 still"
                                + " hears b1), though both live.");
        World lostPath = three().cut("a1", "b1", FIBRE).cut("a1", "w1");
        lostPath.hypervisors.put(n("a1"), Check.SILENT);
        assertThat(assess(lostPath, "b1", A).sentence())
                .isEqualTo(
                        "The hypervisor does not answer node a1; also node a1 reaches nobody on"
                                + " path fibre, though it lives; nodes a1 and w1 do not reach each"
                                + " other on any path, though both live.");
        assertThat(assess(three().kill("w1", "a1"), "b1", A).sentence())
                .isEqualTo(
                        "Node b1 reaches only site b of the sites a, b and w: it may be cut off"
                                + " itself, so it can't judge.");
        assertThat(assess(three().kill("w1"), "b1", A).sentence())
                .isEqualTo(
                        "Node a1 answers on every path; but without site w nobody could tell if"
                                + " site a failed now.");
        assertThat(assess(World.of("a1 a2 b1 w1").kill("a1", "a2"), "b1", A).sentence())
                .isEqualTo(
                        "Nodes b1 and w1 reach each other, but none of a1 and a2 on any path: site"
                                + " a is dead or cut off.");
    }

    @Test
    void everyJudgeOfTheSameHalfSaysTheSame() {
        World world = World.of("a1 a2 b1 b2 w1").kill("a1").cut("a2", "b1", FIBRE);
        for (String judge : new String[] {"a2", "b1", "b2", "w1"}) {
            assertThat(assess(world, judge, A)).isEqualTo(assess(world, "w1", A));
        }
    }

    @Test
    void siteNobodyHasHeardIsNotCalledDeadWhileTheJudgeIsYoung() {
        World world = three().kill("a1");
        world.neverHeard.add(n("a1"));
        Duration grace = JudgePolicy.DEFAULT.grace();
        assertThat(kind(assess(world, world.matrix("b1", grace.minusMillis(1)))))
                .isEqualTo("UNDECIDED NOT_ENOUGH_SEEN");
        assertThat(kind(assess(world, world.matrix("b1", grace))))
                .isEqualTo("UNREACHABLE SITE_DEAD");
    }

    private static World three() {
        return World.of("a1 b1 w1");
    }

    private static World with(World world, Consumer<World> change) {
        change.accept(world);
        return world;
    }

    private static NodeId n(String name) {
        return World.node(name);
    }

    private static Arguments row(String name, World world, String judge, String a, String b) {
        return Arguments.of(name, world, judge, a, b);
    }

    private static Finding assess(World world, String judge, SiteId site) {
        return new Assessment(world.topology, world.matrix(judge), JudgePolicy.DEFAULT).of(site);
    }

    private static Finding assess(World world, Matrix matrix) {
        return new Assessment(world.topology, matrix, JudgePolicy.DEFAULT).of(A);
    }

    private static String kind(Finding finding) {
        return finding.status() + " " + finding.diagnosis();
    }
}
