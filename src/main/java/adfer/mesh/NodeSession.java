package adfer.mesh;

import adfer.access.Deed;
import adfer.kernel.Entity;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * One life of a node process, announced when it starts.
 *
 * @param incarnation differs at each start; what an earlier incarnation was doing is in doubt
 * @param address where people and the CLI reach it, as {@code http://host:port}
 * @param worker true when it has a hypervisor and carries out tasks
 * @param fences which hosts of other sites it can switch off
 * @param twoPeople for what its configuration demands a second person, at whichever node it is
 *     asked
 */
public record NodeSession(
        NodeId node,
        SiteId site,
        long incarnation,
        Instant startedAt,
        String version,
        String address,
        boolean worker,
        SortedMap<SiteId, List<HostId>> fences,
        List<Deed> twoPeople)
        implements Entity {
    public NodeSession {
        fences = Sorted.copy(fences);
        twoPeople = List.copyOf(twoPeople);
    }

    @Override
    public Key key() {
        return new Key(Kind.NODE, node.value());
    }
}
