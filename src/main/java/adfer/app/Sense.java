package adfer.app;

import java.util.Map;

/** What must hold of a configuration as a whole, beyond the shape of each key. */
final class Sense {
    private Sense() {}

    /**
     * @throws IllegalArgumentException with one sentence when it makes no sense
     */
    static void check(AdferConfiguration given) {
        addresses(given);
        timeServers(given);
        times(given);
        guards(given);
    }

    private static void addresses(AdferConfiguration given) {
        given.nodes.forEach((id, node) -> {
            String place = "nodes." + id + ".";
            if (!given.sites.containsKey(node.site)) {
                throw new IllegalArgumentException(
                        place
                                + "site: there is no site '"
                                + node.site
                                + "' under sites, only "
                                + String.join(", ", given.sites.keySet())
                                + ".");
            }
            address(place + "log", node.log);
            node.paths.forEach((name, path) -> address(place + "paths." + name, path));
            if (!node.http.matches("https?://.+")) {
                throw new IllegalArgumentException(
                        place
                                + "http: '"
                                + node.http
                                + "' is no address such as http://10.77.1.1:8101.");
            }
        });
    }

    private static void guards(AdferConfiguration given) {
        given.guards.forEach((site, hosts) -> {
            if (!given.sites.containsKey(site)) {
                throw new IllegalArgumentException(
                        "guards: there is no site '"
                                + site
                                + "' under sites, only "
                                + String.join(", ", given.sites.keySet())
                                + ".");
            }
            hosts.forEach((host, guard) ->
                    address("guards." + site + "." + host + ".address", guard.address));
        });
    }

    private static void timeServers(AdferConfiguration given) {
        for (String server : given.clock.ntp) {
            address("clock.ntp", server.contains(":") ? server : server + ":123");
        }
    }

    static void address(String place, String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    place + ": '" + address + "' is not host:port, such as 10.77.1.1:7201.");
        }
    }

    private static void times(AdferConfiguration given) {
        Map.ofEntries(
                        Map.entry("mesh.interval", given.mesh.interval),
                        Map.entry("log.electionMin", given.log.electionMin),
                        Map.entry("log.electionMax", given.log.electionMax),
                        Map.entry("log.timeout", given.log.timeout),
                        Map.entry("audit.checkpointEvery", given.audit.checkpointEvery),
                        Map.entry("audit.syslog.timeout", given.audit.syslog.timeout),
                        Map.entry("audit.syslog.pause", given.audit.syslog.pause),
                        Map.entry("inventory.sweepEvery", given.inventory.sweepEvery),
                        Map.entry("clock.every", given.clock.every),
                        Map.entry("tls.lookEvery", given.tls.lookEvery),
                        Map.entry("takeover.confirmWithin", given.takeover.confirmWithin),
                        Map.entry("inventory.renewEvery", given.inventory.renewEvery),
                        Map.entry("access.confirmWithin", given.access.confirmWithin),
                        Map.entry("access.glass.within", given.access.glass.within),
                        Map.entry("notify.timeout", given.notify.timeout),
                        Map.entry("notify.pause", given.notify.pause),
                        Map.entry("notify.again", given.notify.again),
                        Map.entry("access.glass.sessionFor", given.access.glass.sessionFor))
                .forEach((key, value) -> {
                    if (value.toNanoseconds() <= 0) {
                        throw new IllegalArgumentException(
                                key + ": " + value + " is too short; give more than 0.");
                    }
                });
        if (given.log.electionMin.toJavaDuration().compareTo(given.log.electionMax.toJavaDuration())
                > 0) {
            throw new IllegalArgumentException(
                    "log.electionMin: it can't be longer than log.electionMax.");
        }
    }
}
