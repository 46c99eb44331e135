package adfer.lab;

import adfer.lab.Lab.Place;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The wires of the mesh, and what can be wrong with them. */
final class Wires implements AutoCloseable {
    private static final String ALL_SITES = "10.77.0.0/16";

    private final Commands commands;
    private Optional<Process> filler = Optional.empty();

    Wires(Commands commands) {
        this.commands = commands;
    }

    /** The wires of a site or relay, by the names of their ends there. */
    static List<String> of(String site) {
        return switch (site) {
            case "dc-a" -> List.of("to-dc-b", "to-relay-1", "to-relay-2");
            case "dc-b" -> List.of("to-dc-a", "to-relay-1", "to-relay-2");
            case "witness" -> List.of("to-relay-1", "to-relay-2");
            case "relay-1" -> List.of("to-dc-a", "to-dc-b", "to-relay-2", "to-witness");
            case "relay-2" -> List.of("to-dc-a", "to-dc-b", "to-relay-1", "to-witness");
            default -> throw new IllegalArgumentException(site);
        };
    }

    /**
     * Gives each site a route to all others that does not go away with them, as one to a provider
     * wouldn't. Without it a send fails at once where the mesh knows no way, and Serf takes no
     * failed send for a sign of anything.
     */
    void routeByDefault() {
        commands.within(
                "dc-a", "ip", "route", "replace", ALL_SITES, "via", "10.78.2.2", "metric", "9999");
        commands.within(
                "dc-b", "ip", "route", "replace", ALL_SITES, "via", "10.78.4.2", "metric", "9999");
        commands.within(
                "witness",
                "ip",
                "route",
                "replace",
                ALL_SITES,
                "via",
                "10.78.7.2",
                "metric",
                "9999");
    }

    void set(String site, List<String> ends, boolean up) {
        StringBuilder all = new StringBuilder("set -e;");
        for (String end : ends) {
            all.append(" ip link set %s %s;".formatted(end, up ? "up" : "down"));
        }
        commands.within(site, "sh", "-c", all.toString());
    }

    /** Loses some of what a site sends, or receives too; 100 of a hundred is all. */
    void lose(String site, int percent, boolean bothWays) {
        String what = percent >= 100 ? "drop" : "numgen random mod 100 < " + percent + " drop";
        StringBuilder rules = new StringBuilder("table inet lossy {\n");
        String ends = String.join(", ", of(site));
        rules.append(
                "chain out { type filter hook postrouting priority 300; oifname { %s } %s; }\n"
                        .formatted(ends, what));
        if (bothWays) {
            rules.append(
                    "chain in { type filter hook prerouting priority -300; iifname { %s } %s; }\n"
                            .formatted(ends, what));
        }
        nft(site, rules.append("}").toString());
    }

    /** Makes the wires of a site narrow, and fills them. */
    void slow(Place place, boolean slow) {
        for (String end : of(place.namespace)) {
            commands.within(
                    place.namespace,
                    slow
                            ? "tc qdisc add dev %s root tbf rate 512kbit burst 2k latency 400ms"
                                    .formatted(end)
                                    .split(" ")
                            : "tc qdisc del dev %s root".formatted(end).split(" "));
        }
        filler.ifPresent(Process::destroyForcibly);
        filler = Optional.empty();
        if (slow) {
            try {
                filler =
                        Optional.of(
                                new ProcessBuilder(
                                                Commands.join(
                                                        commands.inside(place.namespace),
                                                        "ping",
                                                        "-q",
                                                        "-i",
                                                        "0.02",
                                                        "-s",
                                                        "1200",
                                                        Place.W.mesh))
                                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                        .start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void loseNothing(String site) {
        nft(site, "add table inet lossy; delete table inet lossy");
    }

    private void nft(String site, String rules) {
        commands.within(site, "nft", rules);
    }

    @Override
    public void close() {
        filler.ifPresent(Process::destroyForcibly);
    }
}
