package adfer.simulation;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.plan.Operation;
import adfer.state.Applied;
import adfer.state.Attestation;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Founding;
import adfer.state.Transition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Applies entries to the state with safeguards of it taken out; with none by default. */
final class Sabotage {
    private final World world;

    Sabotage(World world) {
        this.world = world;
    }

    Applied apply(ClusterState before, long index, Entry entry) {
        Applied applied =
                floorless(
                        before,
                        entry,
                        from ->
                                Transition.apply(
                                        lying(from, entry), index, rewritten(from, entry)));
        return switch (entry.command()) {
            case Command.FoundGeneration ignored when on(Mutation.OLD_LEASES_PROVE) ->
                    patched(applied, entity -> leased(before, entity));
            case Command.RenewLeases ignored when on(Mutation.SIGN_OF_LIFE_IGNORED) ->
                    unheard(before, applied);
            case Command.RegainLease ignored when on(Mutation.SIGN_OF_LIFE_IGNORED) ->
                    unheard(before, applied);
            case Command.RenewLeases renew when on(Mutation.KEEP_TAKEN_AS_PROOF) ->
                    patched(applied, entity -> guarded(entity, renew));
            case Command.PublishRunbook ignored when on(Mutation.KEEP_NOT_HEEDED) ->
                    patched(applied, entity -> leased(before, entity));
            default -> applied;
        };
    }

    private static Entity leased(ClusterState before, Entity entity) {
        return entity instanceof Lease ? before.find(entity.key()).orElse(entity) : entity;
    }

    /** As if no generation had been founded, where its epochs go on. */
    private Applied floorless(
            ClusterState before, Entry entry, Function<ClusterState, Applied> transition) {
        Optional<Founding> founding = before.founding();
        if (!on(Mutation.EPOCHS_GO_ON)
                || founding.isEmpty()
                || entry.command() instanceof Command.FoundGeneration) {
            return transition.apply(before);
        }
        TreeMap<Key, Entity> rest = new TreeMap<>(before.entities());
        rest.remove(founding.get().key());
        Applied applied = transition.apply(of(before, rest));
        return new Applied(
                state(applied.state(), entity -> entity, List.of(founding.get())),
                applied.reply(),
                applied.touched(),
                applied.audit());
    }

    private static ClusterState of(ClusterState from, Map<Key, Entity> all) {
        return ClusterState.of(
                from.index(), from.now(), from.audits(), from.auditHead(), all.values());
    }

    private boolean on(Mutation mutation) {
        return world.mutated(mutation);
    }

    private Entry rewritten(ClusterState before, Entry entry) {
        return switch (entry.command()) {
            case Command.LapseLeases(var overdue) when on(Mutation.LAPSE_NAMES_NO_RENEWAL) ->
                    with(entry, new Command.LapseLeases(any(before, overdue)));
            case Command.Attest(var site, var words, long asOf, var terms)
                    when on(Mutation.ONE_WORD) ->
                    with(entry, new Command.Attest(site, words, asOf, Witnesses.terms(1)));
            case Command.Attest(var site, var words, long asOf, var terms)
                    when on(Mutation.WORD_WITHOUT_INDEX) ->
                    with(entry, new Command.Attest(site, words, Long.MAX_VALUE, terms));
            default -> entry;
        };
    }

    private static Entry with(Entry entry, Command command) {
        return new Entry(entry.request(), entry.actor(), entry.at(), entry.reason(), command);
    }

    private static List<Overdue> any(ClusterState before, List<Overdue> overdue) {
        return overdue.stream()
                .map(late ->
                        new Overdue(
                                late.group(),
                                late.epoch(),
                                before.lease(late.group())
                                        .map(Lease::renewal)
                                        .orElse(late.renewal())))
                .toList();
    }

    /** As if somebody had attested what the failover needs. */
    private ClusterState lying(ClusterState before, Entry entry) {
        if (on(Mutation.STARTED_WITHOUT_PROOF)
                && entry.command() instanceof Command.StartRun start
                && start.plan().operation() == Operation.FAILOVER) {
            SiteId site = start.plan().source();
            Attestation nobody =
                    new Attestation(
                            site,
                            entry.actor(),
                            "nobody said so",
                            before.now(),
                            before.index(),
                            Witnesses.terms(1),
                            Optional.empty(),
                            Optional.empty());
            return state(before, entity -> entity, List.of(nobody));
        }
        return before;
    }

    private static Entity guarded(Entity entity, Command.RenewLeases renew) {
        return entity instanceof Lease lease
                        && renew.renewals().stream()
                                .filter(Renewal::guarded)
                                .anyMatch(one -> one.group().equals(lease.group()))
                ? lease.renewed(lease.renewal(), lease.held())
                : entity;
    }

    /** What the claim of a lease said of its site's life is not heard. */
    private static Applied unheard(ClusterState before, Applied applied) {
        return patched(
                applied,
                entity ->
                        switch (entity.key().kind()) {
                            case ATTESTATION, FENCING, RUN ->
                                    before.find(entity.key()).orElse(entity);
                            default -> entity;
                        });
    }

    private static Applied patched(Applied applied, UnaryOperator<Entity> change) {
        List<Key> kinds = new ArrayList<>(applied.touched());
        boolean concerned = kinds.stream().anyMatch(key -> key.kind() != Kind.REQUEST);
        return concerned
                ? new Applied(
                        state(applied.state(), change, List.of()),
                        applied.reply(),
                        applied.touched(),
                        applied.audit())
                : applied;
    }

    private static ClusterState state(
            ClusterState from, UnaryOperator<Entity> change, List<Entity> more) {
        TreeMap<Key, Entity> all = new TreeMap<>();
        from.entities().values().stream()
                .map(change)
                .forEach(entity -> all.put(entity.key(), entity));
        more.forEach(entity -> all.put(entity.key(), entity));
        return of(from, all);
    }
}
