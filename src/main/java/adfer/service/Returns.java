package adfer.service;

import adfer.kernel.NodeId;
import adfer.mesh.PathName;
import adfer.port.Mesh;
import adfer.port.Replicator;

import java.util.HashSet;
import java.util.Set;

/**
 * Tells the log when a way to a node is there again: the mesh notices that sooner than the
 * connections do that were open when it went.
 */
public final class Returns implements Mesh.Listener {
    private final Replicator replicator;
    private final Set<Link> down = new HashSet<>();

    private record Link(NodeId peer, PathName path) {}

    public Returns(Replicator replicator) {
        this.replicator = replicator;
    }

    /** Events come one at a time. What comes up for the first time has no old connection. */
    @Override
    public void linkChanged(NodeId peer, PathName path, boolean up) {
        Link link = new Link(peer, path);
        if (!up) {
            down.add(link);
        } else if (down.remove(link)) {
            replicator.reconnect(peer.value());
        }
    }
}
