package adfer.app;

import adfer.adapter.fence.FenceAgents;
import adfer.adapter.fence.FenceDevice;
import adfer.app.AdferConfiguration.FenceSettings;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.port.Fence;
import adfer.port.Secrets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a node's power fences from the configuration. */
final class FenceSetup {
    private FenceSetup() {}

    /**
     * Those that this node is to use. All are checked, whoever uses them; the agent and the secrets
     * have to be found only where they are used.
     *
     * @param ownSite whose hosts this node never fences
     * @throws IllegalArgumentException with one sentence when they make no sense
     */
    static Fence of(AdferConfiguration given, String ownSite, Secrets known) {
        SortedMap<SiteId, SortedMap<HostId, FenceDevice>> devices = new TreeMap<>();
        given.fences.forEach((site, hosts) -> {
            if (!given.sites.containsKey(site)) {
                throw new IllegalArgumentException(
                        "fences: there is no site '"
                                + site
                                + "' under sites, only "
                                + String.join(", ", given.sites.keySet())
                                + ".");
            }
            hosts.forEach((host, fence) -> {
                String place = "fences." + site + "." + host;
                checkNodes(given, place, site, fence);
                FenceDevice device = device(place, fence);
                boolean ours =
                        !site.equals(ownSite)
                                && (fence.nodes.isEmpty() || fence.nodes.contains(given.node));
                if (ours) {
                    checkUsable(place, device, given.node, known);
                    devices.computeIfAbsent(new SiteId(site), s -> new TreeMap<>())
                            .put(new HostId(host), device);
                }
            });
        });
        return devices.isEmpty() ? Fence.NONE : new FenceAgents(devices, known);
    }

    private static void checkNodes(
            AdferConfiguration given, String place, String site, FenceSettings fence) {
        for (String node : fence.nodes) {
            var known = given.nodes.get(node);
            if (known == null) {
                throw new IllegalArgumentException(
                        place + ".nodes: there is no node '" + node + "' under nodes.");
            }
            if (known.site.equals(site)) {
                throw new IllegalArgumentException(
                        place
                                + ".nodes: '"
                                + node
                                + "' is at site "
                                + site
                                + " itself; a site is fenced from outside of it.");
            }
        }
    }

    private static FenceDevice device(String place, FenceSettings fence) {
        if (!fence.agent.startsWith("/")) {
            throw new IllegalArgumentException(
                    place + ".agent: give the whole path, such as /usr/sbin/fence_ipmilan.");
        }
        SortedMap<String, SecretRef> secrets = new TreeMap<>();
        fence.secrets.forEach((key, reference) -> {
            try {
                secrets.put(key, SecretRef.of(reference));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        place + ".secrets." + key + ": " + e.getMessage(), e);
            }
        });
        try {
            return new FenceDevice(
                    Path.of(fence.agent),
                    new TreeMap<>(fence.options),
                    secrets,
                    fence.timeout.toJavaDuration(),
                    fence.attempts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static void checkUsable(String place, FenceDevice device, String node, Secrets known) {
        if (!Files.isExecutable(device.agent())) {
            throw new IllegalArgumentException(
                    place
                            + ".agent: "
                            + device.agent()
                            + " can't be run at node "
                            + node
                            + "; install it, or name under nodes those that have it.");
        }
        device.secrets()
                .forEach((key, reference) -> {
                    if (known.find(reference) instanceof Result.Refused<Secret>(var problems)) {
                        throw new IllegalArgumentException(
                                place + ".secrets." + key + ": " + problems.getFirst().sentence());
                    }
                });
    }
}
