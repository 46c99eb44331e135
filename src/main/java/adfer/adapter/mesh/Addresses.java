package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.PathName;
import adfer.mesh.Topology;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each peer is on each path. Names are resolved off the beating thread, since a name server
 * that doesn't answer must not stop the heart; the last good answer is kept.
 */
final class Addresses {
    private record Place(NodeId node, PathName path) {}

    private final Topology topology;
    private final Map<Place, InetSocketAddress> known = new ConcurrentHashMap<>();

    Addresses(Topology topology) {
        this.topology = topology;
    }

    Optional<InetSocketAddress> of(NodeId node, PathName path) {
        return Optional.ofNullable(known.get(new Place(node, path)));
    }

    /** Blocks for as long as the resolver does. */
    void resolve() {
        for (Topology.Node node : topology.nodes()) {
            for (Topology.Path path : node.paths()) {
                InetSocketAddress address = new InetSocketAddress(path.host(), path.port());
                if (!address.isUnresolved()) {
                    known.put(new Place(node.id(), path.name()), address);
                }
            }
        }
    }
}
