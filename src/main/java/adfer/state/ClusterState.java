package adfer.state;

import adfer.access.Deed;
import adfer.access.Person;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.inventory.At;
import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.Canonical;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.Lacking;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.plan.Experience;
import adfer.plan.World;
import adfer.run.JournalEntry;
import adfer.run.Run;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;

import org.pcollections.TreePMap;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The replicated state as of one log index: an immutable sorted map of entities.
 *
 * <p>The fingerprint is a sum, modulo 2^256, of the SHA-256 of every entity with its key (an
 * additive multiset hash after Bellare and Micciancio, "A New Paradigm for Collision-Free Hashing",
 * 1997). It costs as much as the change, not as the state, and two nodes at one index must show the
 * same.
 *
 * @param index the last log entry applied, 0 at the beginning
 * @param now the latest time any entry bore; it never goes back
 * @param audits how many audit entries there have been
 * @param auditHead the hash of the latest of them
 * @param open follows from the entities
 */
public record ClusterState(
        long index,
        Instant now,
        BigInteger sum,
        long audits,
        String auditHead,
        TreePMap<Key, Entity> entities,
        OpenRuns open)
        implements World {
    /** What was longer ago says little of the machines of today. */
    private static final int RUNS_LOOKED_AT = 3;

    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    public static final ClusterState EMPTY =
            new ClusterState(
                    0,
                    Instant.EPOCH,
                    BigInteger.ZERO,
                    0,
                    AuditEntry.GENESIS,
                    TreePMap.empty(),
                    OpenRuns.NONE);

    /** The state made of these entities, with the fingerprint computed anew. */
    public static ClusterState of(
            long index,
            Instant now,
            long audits,
            String auditHead,
            Collection<? extends Entity> entities) {
        TreeMap<Key, Entity> sorted = new TreeMap<>();
        entities.forEach(entity -> sorted.put(entity.key(), entity));
        BigInteger sum = BigInteger.ZERO;
        for (Map.Entry<Key, Entity> entry : sorted.entrySet()) {
            sum = sum.add(weight(entry.getKey(), entry.getValue()));
        }
        TreePMap<Key, Entity> all = TreePMap.fromSortedMap(sorted);
        return new ClusterState(
                index, now, sum.mod(MODULUS), audits, auditHead, all, OpenRuns.of(all));
    }

    /** Equal on all nodes at one index: 16 hex digits for people would do, these are all 64. */
    public String fingerprint() {
        return Canonical.hex(new Fingerprint(sum, audits, auditHead));
    }

    private record Fingerprint(BigInteger sum, long audits, String auditHead) {}

    ClusterState with(Entity entity) {
        Key key = entity.key();
        BigInteger grown = sum.add(weight(key, entity));
        Entity old = entities.get(key);
        if (old != null) {
            grown = grown.subtract(weight(key, old));
        }
        TreePMap<Key, Entity> changed = entities.plus(key, entity);
        return with(grown, changed, open.with(entity, changed));
    }

    ClusterState without(Key key) {
        Entity old = entities.get(key);
        if (old == null) {
            return this;
        }
        TreePMap<Key, Entity> changed = entities.minus(key);
        return with(sum.subtract(weight(key, old)), changed, open.without(key, changed));
    }

    private ClusterState with(
            BigInteger newSum, TreePMap<Key, Entity> newEntities, OpenRuns newOpen) {
        return new ClusterState(
                index, now, newSum.mod(MODULUS), audits, auditHead, newEntities, newOpen);
    }

    private record Weighed(Key key, Entity entity) {}

    private static BigInteger weight(Key key, Entity entity) {
        return new BigInteger(1, Canonical.digest(new Weighed(key, entity)));
    }

    ClusterState at(long newIndex, Instant time) {
        return new ClusterState(
                newIndex, time.isAfter(now) ? time : now, sum, audits, auditHead, entities, open);
    }

    ClusterState audited(AuditEntry entry) {
        return new ClusterState(index, now, sum, entry.number(), entry.hash(), entities, open);
    }

    public Optional<Entity> find(Key key) {
        return Optional.ofNullable(entities.get(key));
    }

    private <E extends Entity> Optional<E> find(Key key, Class<E> type) {
        return find(key).map(type::cast);
    }

    /** Every entity of a kind, sorted by its id. */
    public <E extends Entity> Stream<E> all(Kind kind, Class<E> type) {
        return under(kind, "", type);
    }

    /** Every entity of a kind whose id begins with {@code prefix}, sorted by its id. */
    public <E extends Entity> Stream<E> under(Kind kind, String prefix, Class<E> type) {
        return OpenRuns.within(entities, kind, prefix).values().stream().map(type::cast);
    }

    /** How many entities there are of a kind. */
    public int count(Kind kind) {
        return count(kind, "");
    }

    /** How many entities there are of a kind whose id begins with {@code prefix}. */
    public int count(Kind kind, String prefix) {
        return OpenRuns.within(entities, kind, prefix).size();
    }

    public Optional<Group> group(GroupId id) {
        return find(Group.key(id), Group.class);
    }

    public Stream<Group> groups() {
        return all(Kind.GROUP, Group.class);
    }

    /** How this generation of the cluster began; empty in the first. */
    public Optional<Founding> founding() {
        return find(Founding.KEY, Founding.class);
    }

    public Generation generation() {
        return founding().map(Founding::generation).orElse(Generation.FIRST);
    }

    public Optional<Person> person(String name) {
        return find(Person.key(name), Person.class);
    }

    public Stream<Person> people() {
        return all(Kind.PERSON, Person.class);
    }

    public Optional<Token> token(String id) {
        return find(Token.key(id), Token.class);
    }

    public Stream<Token> tokens() {
        return all(Kind.TOKEN, Token.class);
    }

    public Optional<Visit> visit(String id) {
        return find(Visit.key(id), Visit.class);
    }

    public Stream<Visit> visits() {
        return all(Kind.VISIT, Visit.class);
    }

    /** Up to where the audit trail is to be signed, and by which keys. */
    public Checkpoint checkpoint() {
        return find(Checkpoint.KEY, Checkpoint.class).orElse(Checkpoint.NONE);
    }

    public Optional<Wish> wish(String id) {
        return find(Wish.key(id), Wish.class);
    }

    public Stream<Wish> wishes() {
        return all(Kind.WISH, Wish.class);
    }

    public Stream<GlassUse> glassUses() {
        return all(Kind.GLASS, GlassUse.class);
    }

    public Optional<Lease> lease(GroupId id) {
        return find(Lease.key(id), Lease.class);
    }

    public Optional<Stance> stance(GroupId id) {
        return find(Stance.key(id), Stance.class);
    }

    public Stream<Stance> stances() {
        return all(Kind.STANCE, Stance.class);
    }

    public Optional<Attestation> attestation(SiteId site) {
        return find(Attestation.key(site), Attestation.class);
    }

    public Optional<Fencing> fencing(SiteId site, HostId host) {
        return find(Fencing.key(site, host), Fencing.class);
    }

    /** The power fences of a site's hosts. */
    public Stream<Fencing> fencings(SiteId site) {
        return under(Kind.FENCING, site + "/", Fencing.class);
    }

    public Stream<Fencing> fencings() {
        return all(Kind.FENCING, Fencing.class);
    }

    public Optional<StopTime> stopTime(SiteId site, HostId host) {
        return find(StopTime.key(site, host), StopTime.class);
    }

    /** Of all hosts of a site whose guards have stopped something. */
    public Stream<StopTime> stopTimes(SiteId site) {
        return under(Kind.STOP_TIME, site + "/", StopTime.class);
    }

    public Stream<StopTime> stopTimes() {
        return all(Kind.STOP_TIME, StopTime.class);
    }

    public Optional<Call> call(String id) {
        return find(Call.key(id), Call.class);
    }

    public Stream<Call> calls() {
        return all(Kind.CALL, Call.class);
    }

    public Optional<Reconciliation> reconciliation(SiteId site, GroupId group) {
        return find(Reconciliation.key(site, group), Reconciliation.class);
    }

    public Stream<Reconciliation> reconciliations() {
        return all(Kind.RECONCILIATION, Reconciliation.class);
    }

    public Stream<Attestation> attestations() {
        return all(Kind.ATTESTATION, Attestation.class);
    }

    public Stream<Lease> leases() {
        return all(Kind.LEASE, Lease.class);
    }

    /** Whether a site that was given up is known not to be off. */
    @Override
    public boolean belied(SiteId site) {
        return founding().filter(founding -> founding.lost().contains(site)).isPresent()
                && attestation(site)
                        .filter(said -> said.standing(now()) == Attestation.Standing.VOID)
                        .isPresent();
    }

    /**
     * Since which tenure the site that has a group at an epoch has had it without a break. What was
     * before this generation doesn't count: nobody knows what the lost majority has done since.
     */
    public Epoch ownedSince(GroupId group, Epoch epoch) {
        return lease(group)
                .filter(lease -> lease.epoch().equals(epoch))
                .map(lease -> lease.debt().since())
                .map(since -> since.before(generation().floor()) ? generation().floor() : since)
                .orElse(epoch);
    }

    /** The latest of all groups' epochs. */
    public Epoch latestEpoch() {
        return groups().map(Group::epoch).max(Comparator.naturalOrder()).orElse(Epoch.NONE);
    }

    public Optional<Published> runbook(GroupId id) {
        return find(Published.key(id), Published.class);
    }

    @Override
    public Optional<Standing> standing(GroupId id) {
        return group(id)
                .flatMap(group ->
                        runbook(id)
                                .map(published ->
                                        new Standing(
                                                published.runbook(),
                                                published.hash(),
                                                group.owner(),
                                                group.epoch(),
                                                group.activeRun(),
                                                lease(id)
                                                        .map(lease -> lease.debt().owed())
                                                        .orElse(List.of()))));
    }

    @Override
    public Optional<SiteVerdict> verdict(SiteId site) {
        return find(new Key(Kind.VERDICT, site.value()), SiteVerdict.class);
    }

    public Stream<SiteVerdict> verdicts() {
        return all(Kind.VERDICT, SiteVerdict.class);
    }

    public Optional<NodeSession> session(NodeId node) {
        return find(new Key(Kind.NODE, node.value()), NodeSession.class);
    }

    public Stream<NodeSession> sessions() {
        return all(Kind.NODE, NodeSession.class);
    }

    /** For what some node's configuration demands a second person. */
    public Set<Deed> twoPeople() {
        EnumSet<Deed> deeds = EnumSet.noneOf(Deed.class);
        sessions().forEach(session -> deeds.addAll(session.twoPeople()));
        return deeds;
    }

    @Override
    public Stream<Lacking> lacking(SiteId site) {
        return all(Kind.LACKING, Lacking.class).filter(lacking -> lacking.site().equals(site));
    }

    public Optional<Lacking> lacking(NodeId node) {
        return find(Lacking.key(node), Lacking.class);
    }

    @Override
    public Optional<At.Sweep> sweep(SiteId site) {
        return find(new Key(Kind.SWEEP, site.value()), At.Sweep.class);
    }

    @Override
    public Stream<Host> hosts(SiteId site) {
        return under(Kind.HOST, site + "/", At.HostAt.class).map(At.HostAt::host);
    }

    @Override
    public Stream<Network> networks(SiteId site) {
        return under(Kind.NETWORK, site + "/", At.NetworkAt.class).map(At.NetworkAt::network);
    }

    @Override
    public Stream<Store> stores(SiteId site) {
        return under(Kind.STORE, site + "/", At.StoreAt.class).map(At.StoreAt::store);
    }

    @Override
    public Stream<Pledge> pledges(SiteId site) {
        return all(Kind.GROUP, Group.class)
                .flatMap(group -> group.activeRun().stream())
                .flatMap(run -> find(RunCharter.key(run), RunCharter.class).stream())
                .flatMap(charter -> charter.pledges(site));
    }

    @Override
    public Experience experience(GroupId group) {
        return Experience.of(
                charters()
                        .filter(charter -> charter.plan().group().equals(group))
                        .sorted(Comparator.comparing(RunCharter::at).reversed())
                        .filter(this::done)
                        .limit(RUNS_LOOKED_AT)
                        .flatMap(this::did));
    }

    private boolean done(RunCharter charter) {
        return find(RunHeader.key(charter.id()), RunHeader.class)
                .filter(run -> run.phase() == RunHeader.Phase.DONE)
                .isPresent();
    }

    private Stream<Experience.Did> did(RunCharter charter) {
        return charter.plan().steps().stream()
                .flatMap(step -> Stream.concat(step.tasks().stream(), step.verify().stream()))
                .flatMap(task ->
                        find(TaskProgress.key(charter.id(), task.id()), TaskProgress.class)
                                .flatMap(TaskProgress::took)
                                .map(took -> new Experience.Did(task.id(), task.action(), took))
                                .stream());
    }

    @Override
    public Stream<Vm> vms(SiteId site) {
        return under(Kind.VM, site + "/", At.VmAt.class).map(At.VmAt::vm);
    }

    /** The run with all its tasks. */
    public Optional<Run> run(RunId id) {
        return open.find(id).or(() -> OpenRuns.assemble(id, entities));
    }

    /** What a run set out to do, without what has become of it. */
    public Optional<RunCharter> charter(RunId id) {
        return find(RunCharter.key(id), RunCharter.class);
    }

    public Stream<RunCharter> charters() {
        return all(Kind.CHARTER, RunCharter.class);
    }

    /** The runs that haven't ended. */
    public Stream<Run> openRuns() {
        return open.runs().values().stream();
    }

    public Stream<RunHeader> runs() {
        return all(Kind.RUN, RunHeader.class);
    }

    public Stream<JournalEntry> journal(RunId run) {
        return under(Kind.JOURNAL, run + "/", JournalEntry.class);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "state at %d with %d entities", index, entities.size());
    }
}
