package adfer.adapter.mesh;

import adfer.mesh.LinkPolicy;

import java.util.Optional;

/**
 * The configuration of one node's heartbeats.
 *
 * @param key the same at all nodes
 * @param links how often to beat, and when a silent link is called down
 * @param bindHost the address to listen on instead of the hosts of the node's own paths, for a node
 *     behind address translation; {@code 0.0.0.0} is all
 */
public record MeshConfig(MeshKey key, LinkPolicy links, Optional<String> bindHost) {
    public static MeshConfig of(MeshKey key) {
        return new MeshConfig(key, LinkPolicy.DEFAULT, Optional.empty());
    }

    public MeshConfig with(LinkPolicy changed) {
        return new MeshConfig(key, changed, bindHost);
    }
}
