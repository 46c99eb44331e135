package adfer.app;

import adfer.app.AdferConfiguration.NodeSettings;
import adfer.app.AdferConfiguration.Role;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.PathName;
import adfer.mesh.Topology;

import java.util.ArrayList;
import java.util.List;

/** Makes sites, nodes and the paths to them from the configuration. */
final class TopologySetup {
    private TopologySetup() {}

    static Topology of(AdferConfiguration given) {
        List<Topology.Site> sites = new ArrayList<>();
        given.sites.forEach((id, site) ->
                sites.add(
                        new Topology.Site(
                                new SiteId(id),
                                site.title.isEmpty() ? id : site.title,
                                site.role == Role.witness
                                        ? Topology.Role.WITNESS
                                        : Topology.Role.DATA_CENTRE)));
        List<Topology.Node> nodes = new ArrayList<>();
        given.nodes.forEach((id, node) ->
                nodes.add(new Topology.Node(new NodeId(id), new SiteId(node.site), paths(node))));
        return new Topology(sites, nodes);
    }

    private static List<Topology.Path> paths(NodeSettings node) {
        List<Topology.Path> paths = new ArrayList<>();
        node.paths.forEach((name, address) -> {
            int colon = address.lastIndexOf(':');
            paths.add(
                    new Topology.Path(
                            new PathName(name),
                            address.substring(0, colon),
                            Integer.parseInt(address.substring(colon + 1))));
        });
        return paths;
    }
}
