package adfer.adapter.store;

import adfer.access.Person;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.inventory.At;
import adfer.inventory.Vm;
import adfer.kernel.Entity;
import adfer.kernel.Id;
import adfer.lease.Lease;
import adfer.mesh.Lacking;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.run.JournalEntry;
import adfer.run.RunCharter;
import adfer.run.RunHeader;
import adfer.run.TaskProgress;
import adfer.state.Attestation;
import adfer.state.Call;
import adfer.state.Checkpoint;
import adfer.state.Fencing;
import adfer.state.Founding;
import adfer.state.GlassUse;
import adfer.state.Group;
import adfer.state.Published;
import adfer.state.Reconciliation;
import adfer.state.SeenRequest;
import adfer.state.Stance;
import adfer.state.StopTime;
import adfer.state.Wish;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/**
 * What people may filter an entity's row by; the views of the first migration give these columns
 * the words of each kind.
 */
record Columns(
        @Nullable String scope,
        @Nullable String name,
        @Nullable String place,
        @Nullable String status,
        @Nullable Instant at) {

    static Columns of(Entity entity) {
        return switch (entity) {
            case At thing -> of(thing);
            case NodeSession node ->
                    new Columns(
                            node.site().value(),
                            node.version(),
                            node.address(),
                            node.worker() ? "WORKER" : "WITNESS",
                            node.startedAt());
            case SiteVerdict verdict ->
                    new Columns(
                            verdict.site().value(),
                            verdict.diagnosis().name(),
                            null,
                            verdict.status().name(),
                            verdict.since());
            case Published published ->
                    new Columns(
                            published.runbook().home().value(),
                            published.runbook().title(),
                            published.runbook().recovery().value(),
                            published.hash(),
                            published.at());
            case Group group ->
                    new Columns(
                            group.owner().value(),
                            value(group.activeRun()),
                            null,
                            group.epoch().toString(),
                            null);
            case Lease lease ->
                    new Columns(
                            lease.site().value(),
                            Long.toString(lease.renewal()),
                            lease.guarded() ? "GUARDED" : "UNGUARDED",
                            lease.epoch().toString(),
                            lease.lapsedAt().orElse(null));
            case Attestation said ->
                    new Columns(
                            said.site().value(),
                            said.by().name(),
                            said.confirmation().map(second -> second.by().name()).orElse(null),
                            said.end().isPresent() ? "VOID" : "SAID",
                            said.at());
            case Fencing fencing ->
                    new Columns(
                            fencing.site().value(),
                            fencing.host().value(),
                            fencing.executor().node().value(),
                            fencing.standing().name(),
                            fencing.at());
            case StopTime time ->
                    new Columns(
                            time.site().value(),
                            time.host().value(),
                            null,
                            time.exceeds() ? "EXCEEDS" : "WITHIN",
                            time.at());
            case Call call ->
                    new Columns(
                            null,
                            null,
                            call.executor().node().value(),
                            call.outcome()
                                    .map(seen -> seen.reached() ? "REACHED" : "FAILED")
                                    .orElse("UNDER_WAY"),
                            call.at());
            case Reconciliation one ->
                    new Columns(
                            one.site().value(),
                            one.group().value(),
                            one.executor().node().value(),
                            one.outcome()
                                    .map(seen -> seen.done() ? "DONE" : "FAILED")
                                    .orElse("UNDER_WAY"),
                            one.at());
            case Stance stance -> new Columns(null, null, null, stance.kind().name(), stance.at());
            case RunCharter charter ->
                    new Columns(
                            charter.plan().group().value(),
                            charter.plan().source().value(),
                            charter.plan().target().value(),
                            charter.plan().operation().name(),
                            charter.at());
            case RunHeader run ->
                    new Columns(null, null, null, run.phase().name(), run.endedAt().orElse(null));
            case TaskProgress task ->
                    new Columns(
                            task.run().value(),
                            task.task().value(),
                            value(task.executor().map(TaskProgress.Executor::node)),
                            task.status().name(),
                            task.startedAt());
            case JournalEntry line ->
                    new Columns(
                            line.run().value(),
                            value(line.task()),
                            line.by().name(),
                            line.what().name(),
                            line.at());
            case SeenRequest seen ->
                    new Columns(null, null, null, seen.reply().getClass().getSimpleName(), null);
            case Founding founding ->
                    new Columns(
                            null,
                            founding.people(),
                            founding.generation().founder(),
                            Integer.toString(founding.generation().number()),
                            founding.at());
            case Person person ->
                    new Columns(
                            null,
                            person.title(),
                            null,
                            person.disabled() ? "DISABLED" : person.sealed() ? "SEALED" : "ACTIVE",
                            person.validFrom());
            case Token token ->
                    new Columns(token.owner(), token.note(), null, null, token.expires());
            case Checkpoint mark ->
                    new Columns(null, mark.head(), null, Long.toString(mark.number()), mark.at());
            case Wish wish ->
                    new Columns(wish.by().name(), wish.what(), null, null, wish.expires());
            case Lacking lacking -> new Columns(lacking.site().value(), null, null, null, null);
            case Visit visit ->
                    new Columns(
                            null,
                            visit.name(),
                            visit.origin() + " " + visit.address(),
                            visit.ended() ? "ENDED" : visit.method().name(),
                            visit.expires());
            case GlassUse use ->
                    new Columns(
                            null, use.name(), null, use.opened() ? "OPENED" : "KNOCKED", use.at());
            default -> throw new IllegalArgumentException("no columns for " + entity.key());
        };
    }

    private static Columns of(At thing) {
        String site = thing.site().value();
        return switch (thing) {
            case At.HostAt at ->
                    new Columns(
                            site,
                            at.host().id().value(),
                            null,
                            at.host().usable() ? "USABLE" : "UNUSABLE",
                            null);
            case At.NetworkAt at ->
                    new Columns(site, at.network().id().value(), at.network().detail(), null, null);
            case At.StoreAt at ->
                    new Columns(
                            site,
                            at.store().id().value(),
                            null,
                            at.store().shared() ? "SHARED" : "LOCAL",
                            null);
            case At.VmAt at -> {
                Vm vm = at.vm();
                yield new Columns(site, vm.name(), value(vm.host()), vm.power().name(), null);
            }
            case At.Sweep sweep ->
                    new Columns(
                            site,
                            null,
                            null,
                            sweep.problem().isEmpty() ? "COMPLETE" : "INCOMPLETE",
                            sweep.at());
        };
    }

    private static @Nullable String value(Optional<? extends Id> id) {
        return id.isPresent() ? id.get().value() : null;
    }
}
