package adfer.plan;

import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.mesh.Lacking;
import adfer.mesh.SiteVerdict;
import adfer.runbook.Runbook;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a planner sees of the replicated state as of one index. */
public interface World {
    long index();

    Optional<Standing> standing(GroupId group);

    Optional<SiteVerdict> verdict(SiteId site);

    Optional<At.Sweep> sweep(SiteId site);

    /** Whether a site that people gave up is known not to be off. */
    default boolean belied(SiteId site) {
        return false;
    }

    Stream<Host> hosts(SiteId site);

    Stream<Network> networks(SiteId site);

    Stream<Store> stores(SiteId site);

    Stream<Vm> vms(SiteId site);

    /** The room that runs under way have taken at a site, whether or not their VMs run yet. */
    Stream<Pledge> pledges(SiteId site);

    /** What nodes of a site can't read of the secrets that runbooks refer to. */
    default Stream<Lacking> lacking(SiteId site) {
        return Stream.of();
    }

    /** What the group's earlier runs have shown. */
    Experience experience(GroupId group);

    /**
     * How a protection group stands.
     *
     * @param hash the {@link adfer.runbook.Bundle#hash} of the runbook as published
     * @param stopped the VMs that ran when the site's lease ended, and weren't started again since
     */
    record Standing(
            Runbook runbook,
            String hash,
            SiteId owner,
            Epoch epoch,
            Optional<RunId> activeRun,
            List<VmId> stopped) {}

    /** A VM that a run is going to start on a host. */
    record Pledge(VmId vm, HostId host, int vcpus, long memoryMib) {}
}
