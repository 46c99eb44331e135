package adfer.inventory;

import adfer.kernel.NetworkId;

/**
 * A virtual network of a site.
 *
 * @param detail the hypervisor's word for it, such as a bridge or VLAN
 */
public record Network(NetworkId id, String detail) {}
