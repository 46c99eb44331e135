package adfer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.mesh.Topology.Node;
import adfer.mesh.Topology.Path;
import adfer.mesh.Topology.Role;
import adfer.mesh.Topology.Site;

import org.junit.jupiter.api.Test;

import java.util.List;

class TopologyTest {
    private static final Site A = new Site(new SiteId("a"), "Aberystwyth", Role.DATA_CENTRE);
    private static final Site W = new Site(new SiteId("w"), "Witness", Role.WITNESS);

    @Test
    void goodTopologyHasNoProblems() {
        Topology topology = World.topology("b1 a2 a1 w1");
        assertThat(Topology.problems(topology.sites(), topology.nodes())).isEmpty();
        assertThat(topology.nodes())
                .extracting(node -> node.id().value())
                .containsExactly("a1", "a2", "b1", "w1");
        assertThat(topology.dataCentres()).hasSize(2);
    }

    @Test
    void firstNodeHeardIsTheSitesDeputy() {
        Topology topology = World.topology("b1 a2 a1 w1");
        SiteId a = new SiteId("a");
        assertThat(topology.deputy(a, node -> true)).contains(World.node("a1"));
        assertThat(topology.deputy(a, node -> !node.equals(World.node("a1"))))
                .contains(World.node("a2"));
        assertThat(topology.deputy(a, node -> false)).isEmpty();
    }

    @Test
    void everyProblemIsOneSentence() {
        List<Node> nodes =
                List.of(
                        node("a1", A, path("fibre", "10.0.0.1", 7000)),
                        node("a1", A, path("fibre", "10.0.0.2", 7000)),
                        node("a2", A),
                        node("a3", A, path("vpn", "10.0.0.1", 7000), path("vpn", " ", 70_000)),
                        new Node(World.node("x1"), new SiteId("x"), List.of()));
        assertThat(Topology.problems(List.of(A, A, W), nodes))
                .extracting(Problem::sentence)
                .containsExactly(
                        "Site a is given twice: give each site once.",
                        "Site w has no node: give it one or remove it.",
                        "Node a1 is given twice: give each node once.",
                        "Node a2 has no path: give it at least one name, host and port.",
                        "Node a3 on path vpn has address 10.0.0.1:7000, which is already a1's.",
                        "Node a3 has path vpn twice: give each path once.",
                        "Node a3 on path vpn has no host: give an address or a host name.",
                        "Node a3 on path vpn has port 70000: use 1 to 65535.",
                        "Node x1 is at site x, which is not among the sites.",
                        "Node x1 has no path: give it at least one name, host and port.",
                        "Nodes a1 and a3 have no path of the same name: give them one.",
                        "Nodes a1 and a3 have no path of the same name: give them one.");
    }

    @Test
    void badTopologyIsRefused() {
        assertThatThrownBy(() -> new Topology(List.of(W), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "No site is a data centre: give at least one that is. Site w has no node:"
                                + " give it one or remove it.");
    }

    private static Node node(String name, Site site, Path... paths) {
        return new Node(World.node(name), site.id(), List.of(paths));
    }

    private static Path path(String name, String host, int port) {
        return new Path(new PathName(name), host, port);
    }
}
