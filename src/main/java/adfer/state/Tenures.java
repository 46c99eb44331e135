package adfer.state;

import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.Lease;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;
import adfer.plan.Picker;
import adfer.plan.Plan;
import adfer.run.RunHeader.Phase;

import java.util.List;
import java.util.Optional;

/** What becomes of leases: they are granted with each tenure, renewed, lapse and are regained. */
final class Tenures {
    private final Draft draft;

    Tenures(Draft draft) {
        this.draft = draft;
    }

    Optional<Problem> renew(Command.RenewLeases renew) {
        for (Renewal renewal : renew.renewals()) {
            held(renew.site(), renewal.group())
                    .filter(lease -> lease.epoch().equals(renewal.epoch()))
                    .ifPresent(lease ->
                            draft.put(
                                    lease.renewed(
                                            draft.index,
                                            renewal.guarded() && !kept(renewal.group()))));
        }
        for (Stopped one : renew.stopped()) {
            held(renew.site(), one.group()).ifPresent(lease -> draft.put(lease.stopping(one)));
        }
        List<VmId> stopped = renew.stopped().stream().map(Stopped::vm).toList();
        renew.renewals().stream()
                .filter(Renewal::guarded)
                .flatMap(renewal -> held(renew.site(), renewal.group()).stream())
                .forEach(lease -> draft.put(lease.stillStopped(stopped)));
        return Optional.empty();
    }

    private Optional<Lease> held(SiteId site, GroupId group) {
        return draft.state()
                .lease(group)
                .filter(lease -> lease.held() && lease.site().equals(site));
    }

    /** Whether guards let the group's VMs run although the lease has run out. */
    private boolean kept(GroupId group) {
        return draft.state()
                .runbook(group)
                .filter(known -> known.runbook().automation().isolated() == WhenIsolated.KEEP)
                .isPresent();
    }

    /** From now on guards may let the VMs run, so that what they were armed for proves nothing. */
    void republished(Group group) {
        if (kept(group.id())) {
            draft.state()
                    .lease(group.id())
                    .filter(Lease::held)
                    .ifPresent(lease -> draft.put(lease.renewed(lease.renewal(), false)));
        }
    }

    Optional<Problem> lapse(List<Overdue> overdue) {
        List<Lease> lapsed =
                overdue.stream()
                        .flatMap(late ->
                                draft
                                        .state()
                                        .lease(late.group())
                                        .filter(Lease::held)
                                        .filter(lease -> lease.epoch().equals(late.epoch()))
                                        .filter(lease -> lease.renewal() == late.renewal())
                                        .stream())
                        .toList();
        if (lapsed.isEmpty()) {
            return problem("renewed-meanwhile", "The leases were renewed meanwhile.");
        }
        lapsed.forEach(lease -> draft.put(lease.lapsed(draft.at(), running(lease))));
        return Optional.empty();
    }

    /** Ends all leases, and none of them proves anything. */
    void voidAll() {
        draft.state()
                .leases()
                .toList()
                .forEach(lease -> draft.put(lease.voided(draft.at(), running(lease))));
    }

    /** What its guards are about to stop, as far as the inventory knows. */
    private List<VmId> running(Lease lease) {
        return draft.state()
                .runbook(lease.group())
                .map(Published::runbook)
                .filter(runbook -> runbook.automation().isolated() != WhenIsolated.KEEP)
                .map(runbook -> new Picker(runbook.protect().vms()))
                .map(picker ->
                        draft.state()
                                .vms(lease.site())
                                .filter(picker::picks)
                                .filter(vm -> vm.power() != Power.OFF)
                                .map(Vm::id)
                                .toList())
                .orElse(List.of());
    }

    Optional<Problem> settle(Command.SettleLease settle) {
        Optional<Lease> lease =
                draft.state()
                        .lease(settle.group())
                        .filter(Lease::held)
                        .filter(l -> l.epoch().equals(settle.epoch()));
        if (lease.isEmpty()) {
            return problem("lease-moved-on", "The lease of " + settle.group() + " has moved on.");
        }
        draft.put(lease.get().settled());
        return Optional.empty();
    }

    /**
     * A restart begins a further tenure: a run that was taken back may have left a VM with the mark
     * of an epoch to come, under which alone it could be started.
     */
    void restart(Plan plan) {
        own(draft.state().group(plan.group()).orElseThrow(), plan.source());
        draft.state()
                .lease(plan.group())
                .ifPresent(lease -> draft.put(lease.starting(plan.started())));
    }

    /** What a restart had in hand is out of it, whether or not it was started. */
    void restarted(Plan plan) {
        draft.state()
                .lease(plan.group())
                .ifPresent(lease -> draft.put(lease.restarted(plan.started())));
    }

    Optional<Problem> regain(Command.RegainLease regain) {
        Optional<Lease> lease =
                draft.state()
                        .lease(regain.group())
                        .filter(l -> !l.held() && l.site().equals(regain.site()))
                        .filter(l -> l.epoch().equals(regain.lapsed()));
        if (lease.isEmpty()) {
            return problem(
                    "lease-moved-on",
                    "The lease of " + regain.group() + " isn't site " + regain.site() + "'s.");
        }
        Group group = draft.state().group(regain.group()).orElseThrow();
        Optional<RunId> leaving =
                group.activeRun()
                        .filter(run ->
                                draft.state()
                                        .run(run)
                                        .filter(r -> r.plan().source().equals(regain.site()))
                                        .filter(r -> !r.plan().target().equals(regain.site()))
                                        .filter(r -> r.header().phase() != Phase.CANCELLING)
                                        .isPresent());
        if (leaving.isPresent()) {
            return problem(
                    "run-in-progress",
                    "Run " + leaving.get() + " is taking " + regain.group() + " to another site.");
        }
        own(group, group.owner());
        return Optional.empty();
    }

    /** The lease of a group that is protected for the first time. */
    void begin(Group group) {
        draft.put(Lease.granted(group.id(), group.owner(), group.epoch(), draft.index));
    }

    /**
     * Begins a new tenure, with a lease of its own. Where the owner stays, it is later than what a
     * stop ordered until now is marked with, so that such a stop can't end what is started now. It
     * is later than any of an earlier generation of the cluster.
     */
    Group own(Group group, SiteId owner) {
        boolean stays = group.owner().equals(owner);
        Epoch floor = draft.state().founding().map(Founding::floor).orElse(Epoch.NONE);
        Epoch next = (group.epoch().before(floor) ? floor : group.epoch()).next();
        Group owned = group.ownedBy(owner, stays ? next.next() : next);
        draft.put(owned);
        draft.put(
                draft.state()
                        .lease(owned.id())
                        .filter(lease -> stays && lease.site().equals(owner))
                        .map(lease -> lease.takenUp(owned.epoch(), draft.index))
                        .orElseGet(() ->
                                Lease.movedTo(owned.id(), owner, owned.epoch(), draft.index)));
        return owned;
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
