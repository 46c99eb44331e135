package adfer.simulation;

import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.state.AttestationTerms;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Reply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Two data centres, and mostly a witness, made from a seed. */
final class World {
    static final SiteId WITNESS = new SiteId("w");

    final Chance chance;
    final Events events = new Events();
    final Counts counts = new Counts();
    final Profile profile;
    final Theme theme;
    final Network network = new Network(this);
    final Checks checks = new Checks(this);
    final Generations generations = new Generations(this);
    final Apart apart = new Apart(this);
    final List<Node> nodes = new ArrayList<>();
    final List<Guard> guards = new ArrayList<>();
    final Set<Node> slow = new LinkedHashSet<>();
    final Fleet fleet;
    final Faults faults;
    final WorstMoments worstMoments;
    final People people = new People(this);
    final Witnesses witnesses = new Witnesses(this);
    final Founders founders;
    final Books books;
    final Truth truth = new Truth(this);
    private final Map<HostId, Plug> plugs = new HashMap<>();
    private final boolean liars;
    private final int attesters;
    private final Map<SiteId, List<Guard>> guardsOf = new HashMap<>();
    private final List<Hypervisor> hypervisors = new ArrayList<>();
    private final List<Mutation> mutations;
    private final Optional<List<String>> trace;
    private final int auditor;
    private final SortedSet<Integer> everybody = new TreeSet<>();
    private boolean stormy = true;
    private long calmSince;

    /**
     * @param trace where to tell what happens
     */
    World(long seed, List<Mutation> mutations, boolean doubleFaults, Optional<List<String>> trace) {
        this.chance = new Chance(seed);
        this.mutations = mutations;
        this.trace = trace;
        this.profile = Profile.of(chance, mutations);
        this.theme = Theme.of(seed);
        for (SiteId site : List.of(Books.A, Books.B)) {
            populate(
                    site,
                    chance.percent(theme.secondNodes()) ? 2 : 1,
                    chance.percent(theme.secondHosts()) ? 2 : 1);
        }
        if (theme != Theme.PARTED || chance.percent(50)) {
            nodes.add(new Node(this, nodes.size(), "w1", WITNESS, false, clock()));
        }
        this.books = new Books(chance, theme);
        this.liars = chance.percent(30);
        this.attesters = chance.percent(theme.alone()) ? 1 : 2;
        this.auditor = chance.below(nodes.size());
        this.fleet = new Fleet(this);
        this.faults = new Faults(this, doubleFaults);
        this.worstMoments = new WorstMoments(this, faults);
        this.founders = new Founders(this);
        nodes.forEach(node -> everybody.add(node.number));
    }

    private void populate(SiteId site, int count, int hosts) {
        for (int i = 1; i <= count; i++) {
            nodes.add(new Node(this, nodes.size(), site.value() + i, site, true, clock()));
        }
        for (int i = 1; i <= hosts; i++) {
            Guard guard = new Guard(this, site, new HostId(site + "-h" + i), clock());
            guards.add(guard);
            plugs.put(guard.host, new Plug(this, guard));
        }
        if (chance.percent(50)) {
            Plug first = plug(new HostId(site + "-h1"));
            nodes.stream().filter(node -> node.site.equals(site)).forEach(first::bears);
        }
        hypervisors.add(new Hypervisor(this, site, clock()));
    }

    /** A clock that is often as wrong as a clock may be. */
    private Steady clock() {
        int worst = profile.drift();
        int ppm =
                switch (chance.below(3)) {
                    case 0 -> -worst;
                    case 1 -> worst;
                    default -> chance.below(2 * worst + 1) - worst;
                };
        return new Steady(chance.millis(0, 1_000_000), ppm);
    }

    /** Starts everything, and lets the storm begin once the services are known. */
    void begin() {
        say(() -> "A world of the kind " + theme);
        processes().forEach(Being::start);
        introduce(new ArrayList<>(fleet.introduction(nodes.getFirst())));
    }

    private void introduce(List<Command> left) {
        if (left.isEmpty()) {
            faults.strikeEarly();
            faults.strike();
            new Disasters(this, faults).strike();
            people.fumble();
            return;
        }
        Node first = nodes.getFirst();
        first.propose(
                Fleet.jane(),
                left.getFirst(),
                5 * Events.SECOND,
                reply -> {
                    if (reply.orElse(null) instanceof Reply.Accepted) {
                        left.removeFirst();
                    }
                    first.after(Events.MILLI, () -> introduce(left));
                });
    }

    /** Ends all faults, and has the operators help. */
    void calm() {
        stormy = false;
        calmSince = events.now();
        say(() -> "THE STORM IS OVER");
        faults.end();
        people.help();
    }

    /** For how long the storm has been over. */
    long calmFor() {
        return stormy ? 0 : events.now() - calmSince;
    }

    boolean stormy() {
        return stormy;
    }

    boolean mutated(Mutation mutation) {
        return mutations.contains(mutation);
    }

    Plug plug(HostId host) {
        return Optional.ofNullable(plugs.get(host)).orElseThrow();
    }

    List<Plug> plugs(SiteId site) {
        return guards(site).stream().map(guard -> plug(guard.host)).toList();
    }

    /** Whether a node has power. */
    boolean powered(Node node) {
        return plugs.values().stream().allMatch(plug -> plug.on() || !plug.bearing(node));
    }

    /** Whether no host of a site has power, as whoever stands there sees. */
    boolean off(SiteId site) {
        return plugs(site).stream().noneMatch(Plug::on);
    }

    /** Whether people say what they haven't seen. */
    boolean liars() {
        return liars;
    }

    AttestationTerms attesting() {
        return Witnesses.terms(attesters);
    }

    SortedSet<Integer> everybody() {
        return everybody;
    }

    /** What was committed in the generation that goes on. */
    History history() {
        return generations.of(generations.latest());
    }

    /** What it has come to. */
    ClusterState latest() {
        return history().latest();
    }

    /** A node at which operators see what is so. */
    Node seat() {
        return nodes.stream()
                .filter(node -> node.partakes() && inLatest(node))
                .max(
                        Comparator.comparing((Node node) -> node.member.leading())
                                .thenComparing(
                                        Comparator.comparingInt((Node node) -> node.number)
                                                .reversed()))
                .filter(node -> generations.several())
                .orElse(nodes.getFirst());
    }

    private boolean inLatest(Node node) {
        return node.belonging().generation().equals(generations.latest());
    }

    /** Who is not yet where all are to be; empty when all are. */
    Optional<String> scattered() {
        boolean whole =
                nodes.stream()
                        .anyMatch(node ->
                                inLatest(node)
                                        && node.member.leading()
                                        && node.member.electorate.voters().equals(everybody));
        return whole || !generations.several()
                ? Optional.empty()
                : Optional.of(
                        "Not everybody takes part in "
                                + generations.latest()
                                + ": "
                                + nodes.stream().map(Node::belonging).toList());
    }

    /** Which node computes everything itself. */
    int auditor() {
        return auditor;
    }

    long syncTime(Node node) {
        return slow.contains(node) ? chance.millis(50, 1_500) : chance.micros(200, 4_000);
    }

    Stream<Being> processes() {
        return Stream.of(nodes, guards, hypervisors).flatMap(List::stream);
    }

    List<Node> nodesOf(SiteId site) {
        return nodes.stream().filter(node -> node.site.equals(site)).toList();
    }

    Node node(NodeId id) {
        return nodes.stream().filter(n -> n.name.equals(id.value())).findFirst().orElseThrow();
    }

    List<Guard> guards(SiteId site) {
        return guardsOf.computeIfAbsent(
                site, s -> guards.stream().filter(guard -> guard.site.equals(s)).toList());
    }

    Guard guard(HostId host) {
        return guards.stream().filter(g -> g.host.equals(host)).findFirst().orElseThrow();
    }

    Hypervisor hypervisor(SiteId site) {
        return hypervisors.stream().filter(h -> h.site.equals(site)).findFirst().orElseThrow();
    }

    void say(Supplier<String> what) {
        trace.ifPresent(lines ->
                lines.add(
                        String.format(
                                        Locale.ROOT,
                                        "%10.4f s  ",
                                        (double) events.now() / Events.SECOND)
                                + what.get()));
    }
}
