package adfer.mesh;

import adfer.kernel.Generation;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a node says of itself in its row, beside what it sees of the others.
 *
 * @param hypervisor whether the hypervisor of its own site answers it
 * @param beacons whether something of another site that is not an Adfer node (a gateway, a storage
 *     array) answers it; tells a dead node from a dead site where a site has one node only
 * @param applied the log index its picture is at
 * @param leads whether it leads the cluster, as far as it knows
 * @param ntpOffset the reference clock minus its own, where it is measured
 * @param running how many VMs of protection groups run at its site, where it knows that now
 * @param generation of the cluster to which it belongs
 * @param quarantined whether it takes part in nothing, since it has heard of a later generation
 */
public record Facts(
        Check hypervisor,
        SortedMap<SiteId, Check> beacons,
        long applied,
        boolean leads,
        Optional<Duration> ntpOffset,
        Optional<Integer> running,
        Generation generation,
        boolean quarantined) {
    /** A node that has nothing to say. */
    public static final Facts NONE = new Facts(Check.NONE, 0, false);

    public Facts {
        beacons = Sorted.copy(beacons);
    }

    public Facts(Check hypervisor, long applied, boolean leads) {
        this(
                hypervisor,
                Sorted.empty(),
                applied,
                leads,
                Optional.empty(),
                Optional.empty(),
                Generation.FIRST,
                false);
    }

    public Facts withBeacons(Map<SiteId, Check> answers) {
        return new Facts(
                hypervisor,
                Sorted.copy(answers),
                applied,
                leads,
                ntpOffset,
                running,
                generation,
                quarantined);
    }

    public Facts withNtpOffset(Optional<Duration> offset) {
        return new Facts(
                hypervisor, beacons, applied, leads, offset, running, generation, quarantined);
    }

    public Facts withRunning(Optional<Integer> vms) {
        return new Facts(
                hypervisor, beacons, applied, leads, ntpOffset, vms, generation, quarantined);
    }

    public Facts of(Generation belongsTo, boolean inQuarantine) {
        return new Facts(
                hypervisor, beacons, applied, leads, ntpOffset, running, belongsTo, inQuarantine);
    }
}
