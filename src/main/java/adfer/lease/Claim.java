package adfer.lease;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;

import java.util.List;

/**
 * What a keeper tells a guard about a group whose lease was renewed.
 *
 * @param vms the group's VMs, wherever they are placed at the site
 */
public record Claim(GroupId group, Epoch epoch, WhenIsolated whenIsolated, List<VmId> vms) {
    public Claim {
        vms = List.copyOf(vms);
    }
}
