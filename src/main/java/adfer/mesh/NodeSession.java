package adfer.mesh;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;

import java.time.Instant;

/**
 * One life of a node process, announced when it starts.
 *
 * @param incarnation differs at each start; what an earlier incarnation was doing is in doubt
 * @param address where people and the CLI reach it, as {@code http://host:port}
 * @param worker true when it has a hypervisor and carries out tasks
 */
public record NodeSession(
        NodeId node,
        SiteId site,
        long incarnation,
        Instant startedAt,
        String version,
        String address,
        boolean worker)
        implements Entity {
    @Override
    public Key key() {
        return new Key(Kind.NODE, node.value());
    }
}
