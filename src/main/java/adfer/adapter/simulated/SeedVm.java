package adfer.adapter.simulated;

import adfer.inventory.Disk;
import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.kernel.HostId;
import adfer.kernel.Sorted;
import adfer.kernel.VmId;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * A VM that a simulated site has from the beginning.
 *
 * <p>A label {@code port/KIND=NUMBER} makes the running VM listen on that port of each of its
 * addresses, and talk as {@code http}, {@code smtp}, {@code imap}, {@code pop3}, {@code ftp} or
 * {@code nntp} do; any other kind, such as {@code port/postgres=5432}, sends a banner.
 *
 * @param disks their paths are relative to the directory of the shared disks
 * @param running whether it runs when the site is first seen
 */
public record SeedVm(
        String name,
        HostId host,
        int vcpus,
        long memoryMib,
        List<Disk> disks,
        List<Nic> nics,
        SortedMap<String, String> labels,
        Optional<Ownership> ownership,
        boolean running) {
    public SeedVm {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        labels = Sorted.copy(labels);
        Service.all(name, labels);
    }

    /** Made of the name, so that a VM has the same identity wherever it is defined. */
    public VmId id() {
        return new VmId(
                UUID.nameUUIDFromBytes(("simulated " + name).getBytes(StandardCharsets.UTF_8))
                        .toString());
    }

    Blueprint blueprint() {
        return new Blueprint(id(), name, vcpus, memoryMib, disks, nics, labels);
    }
}
