package adfer.inventory;

import adfer.kernel.NetworkId;

import java.util.List;

/**
 * A virtual network card.
 *
 * @param addresses the guest's IP addresses on it, as far as known
 */
public record Nic(String mac, NetworkId network, List<String> addresses) {
    public Nic {
        addresses = List.copyOf(addresses);
    }
}
