package adfer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict.Status;
import adfer.mesh.Topology.Node;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold of every finding in every world, tried on many from a seed. */
class RandomWorldsTest {
    private static final int WORLDS = 300;

    @ParameterizedTest
    @ValueSource(
            strings = {"a1 b1 w1", "a1 a2 b1 b2 w1", "a1 b1 c1 d1 w1", "a1 a2 a3 b1 w1", "a1 b1"})
    void findingsAreSafe(String nodes) {
        int condemned = 0;
        for (long seed = 0; seed < WORLDS; seed++) {
            World world = world(nodes, new Random(seed));
            for (Topology.Site site : world.topology.dataCentres()) {
                condemned += check(world, site.id(), "seed " + seed + " of " + nodes);
            }
        }
        assertThat(condemned > 0)
                .as("worlds in which a site is condemned")
                .isEqualTo(!nodes.equals("a1 b1"));
    }

    private static int check(World world, SiteId site, String what) {
        Map<NodeId, Finding> findings = new HashMap<>();
        for (Node judge : world.topology.nodes()) {
            if (!world.dead.contains(judge.id())) {
                findings.put(judge.id(), assess(world, judge.id(), site));
            }
        }
        Set<Set<NodeId>> accusers = new HashSet<>();
        findings.forEach((judge, finding) -> {
            Set<NodeId> half = world.component(judge);
            checkAlone(world, site, finding, half, what);
            if (finding.status() == Status.UNREACHABLE) {
                accusers.add(half);
            }
            assertThat(half)
                    .as(what)
                    .allMatch(peer ->
                            Optional.ofNullable(findings.get(peer))
                                    .filter(f -> f.status() == finding.status())
                                    .isPresent());
        });
        assertThat(accusers).as(what).hasSizeLessThan(2);
        return accusers.size();
    }

    private static void checkAlone(
            World world, SiteId site, Finding finding, Set<NodeId> half, String what) {
        Set<SiteId> sites = sites(world, half);
        boolean majority = 2 * sites.size() > world.topology.sites().size();
        switch (finding.status()) {
            case UNREACHABLE ->
                    assertThat(sites).as(what).doesNotContain(site).hasSizeGreaterThan(1);
            case HEALTHY -> assertThat(isHealthy(world, site, half)).as(what).isTrue();
            case DEGRADED -> assertThat(sites).as(what).contains(site);
            case UNDECIDED -> {}
        }
        assertThat(finding.status() == Status.UNDECIDED || majority).as(what).isTrue();
    }

    private static boolean isHealthy(World world, SiteId site, Set<NodeId> half) {
        return world.topology.nodesOf(site).stream()
                .map(Node::id)
                .allMatch(node ->
                        half.contains(node)
                                && world.hypervisors.get(node) != Check.SILENT
                                && half.stream()
                                        .anyMatch(peer ->
                                                peer.equals(node) || world.connected(node, peer)));
    }

    private static Finding assess(World world, NodeId judge, SiteId site) {
        return new Assessment(world.topology, world.matrix(judge.value()), JudgePolicy.DEFAULT)
                .of(site);
    }

    private static Set<SiteId> sites(World world, Set<NodeId> nodes) {
        return world.topology.nodes().stream()
                .filter(node -> nodes.contains(node.id()))
                .map(Node::site)
                .collect(Collectors.toSet());
    }

    private static World world(String nodes, Random random) {
        World world = World.of(nodes);
        double severity = random.nextDouble();
        for (Node one : world.topology.nodes()) {
            String name = one.id().value();
            if (random.nextDouble() < severity / 4) {
                world.kill(name);
            }
            if (random.nextDouble() < 0.1) {
                world.stalled.put(one.id(), Duration.ofSeconds(5));
            }
            if (random.nextDouble() < 0.1) {
                world.hypervisors.put(one.id(), Check.SILENT);
            }
            for (Node other : world.topology.nodes()) {
                for (PathName path : new PathName[] {World.FIBRE, World.VPN}) {
                    if (random.nextDouble() < severity / 2) {
                        world.cutOneWay(name, other.id().value(), path);
                    }
                }
            }
        }
        return world;
    }
}
