package adfer.mesh;

import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which sites and nodes there are, and by which paths each node is reached. Sorted by id. */
public record Topology(List<Site> sites, List<Node> nodes) {
    /** What a site is for. */
    public enum Role {
        DATA_CENTRE,
        WITNESS
    }

    /**
     * A place that fails as a whole.
     *
     * @param title what people call it
     */
    public record Site(SiteId id, String title, Role role) {}

    /**
     * One Adfer process.
     *
     * @param paths at least one, in the order of preference
     */
    public record Node(NodeId id, SiteId site, List<Path> paths) {
        public Node {
            paths = List.copyOf(paths);
        }

        public Optional<Path> path(PathName name) {
            return paths.stream().filter(path -> path.name().equals(name)).findFirst();
        }
    }

    /**
     * Where a node listens on one path, and where the others send to.
     *
     * @param host an address or a host name
     * @param port 1 to 65,535, UDP
     */
    public record Path(PathName name, String host, int port) {}

    /**
     * @throws IllegalArgumentException with every sentence of {@link #problems}
     */
    public Topology {
        List<Problem> problems = problems(sites, nodes);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.stream().map(Problem::sentence).collect(Collectors.joining(" ")));
        }
        sites = sites.stream().sorted(Comparator.comparing(Site::id)).toList();
        nodes = nodes.stream().sorted(Comparator.comparing(Node::id)).toList();
    }

    public Optional<Node> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    public Optional<Site> site(SiteId id) {
        return sites.stream().filter(site -> site.id().equals(id)).findFirst();
    }

    public List<Node> nodesOf(SiteId site) {
        return nodes.stream().filter(node -> node.site().equals(site)).toList();
    }

    /**
     * Which node does what a site needs done once: the first by name of those that are heard.
     *
     * @param heard whether messages go to a node and back; of itself a node is always sure
     */
    public Optional<NodeId> deputy(SiteId site, Predicate<NodeId> heard) {
        return nodesOf(site).stream().map(Node::id).filter(heard).findFirst();
    }

    /** What is left of it without some sites. */
    public Topology without(Collection<SiteId> gone) {
        return new Topology(
                sites.stream().filter(site -> !gone.contains(site.id())).toList(),
                nodes.stream().filter(node -> !gone.contains(node.site())).toList());
    }

    /**
     * Whether there are too few sites for one to be given up by the others: the one that is left
     * can't tell its own isolation from the other's loss.
     */
    public boolean twoSitesOnly() {
        return sites.size() == 2;
    }

    public List<Site> dataCentres() {
        return sites.stream().filter(site -> site.role() == Role.DATA_CENTRE).toList();
    }

    /** The paths that both nodes have, in {@code one}'s order. */
    public static List<PathName> shared(Node one, Node other) {
        return one.paths().stream()
                .map(Path::name)
                .filter(name -> other.path(name).isPresent())
                .toList();
    }

    /** What is wrong with a topology; empty when it can be used. */
    public static List<Problem> problems(List<Site> sites, List<Node> nodes) {
        List<Problem> problems = new ArrayList<>();
        Set<SiteId> known = new HashSet<>();
        for (Site site : sites) {
            if (!known.add(site.id())) {
                add(problems, "Site " + site.id() + " is given twice: give each site once.");
            }
        }
        if (sites.stream().noneMatch(site -> site.role() == Role.DATA_CENTRE)) {
            add(problems, "No site is a data centre: give at least one that is.");
        }
        for (Site site : sites) {
            if (nodes.stream().noneMatch(node -> node.site().equals(site.id()))) {
                add(problems, "Site " + site.id() + " has no node: give it one or remove it.");
            }
        }
        Set<NodeId> names = new HashSet<>();
        Map<String, NodeId> addresses = new HashMap<>();
        for (Node node : nodes) {
            if (!names.add(node.id())) {
                add(problems, "Node " + node.id() + " is given twice: give each node once.");
            } else {
                checkNode(problems, node, known, addresses);
            }
        }
        checkPairs(problems, nodes);
        return problems;
    }

    private static void checkNode(
            List<Problem> problems, Node node, Set<SiteId> known, Map<String, NodeId> addresses) {
        String who = "Node " + node.id();
        if (!known.contains(node.site())) {
            add(problems, who + " is at site " + node.site() + ", which is not among the sites.");
        }
        if (node.paths().isEmpty()) {
            add(problems, who + " has no path: give it at least one name, host and port.");
        }
        Set<PathName> paths = new HashSet<>();
        for (Path path : node.paths()) {
            String where = who + " on path " + path.name();
            if (!paths.add(path.name())) {
                add(problems, who + " has path " + path.name() + " twice: give each path once.");
            }
            if (path.host().isBlank()) {
                add(problems, where + " has no host: give an address or a host name.");
            }
            if (path.port() < 1 || path.port() > 65_535) {
                add(problems, where + " has port " + path.port() + ": use 1 to 65535.");
            }
            String address = path.host() + ":" + path.port();
            NodeId other = addresses.putIfAbsent(address, node.id());
            if (other != null) {
                add(
                        problems,
                        where + " has address " + address + ", which is already " + other + "'s.");
            }
        }
    }

    private static void checkPairs(List<Problem> problems, List<Node> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            for (Node other : nodes.subList(i + 1, nodes.size())) {
                Node one = nodes.get(i);
                boolean bothListen = !one.paths().isEmpty() && !other.paths().isEmpty();
                if (bothListen && shared(one, other).isEmpty()) {
                    add(
                            problems,
                            "Nodes %s and %s have no path of the same name: give them one."
                                    .formatted(one.id(), other.id()));
                }
            }
        }
    }

    private static void add(List<Problem> problems, String sentence) {
        problems.add(new Problem("bad-topology", sentence));
    }
}
