package adfer.service;

import adfer.inventory.Host;
import adfer.inventory.Network;
import adfer.inventory.Store;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.Run.StepStatus;
import adfer.run.RunHeader.Phase;
import adfer.state.Attestation;
import adfer.state.Fencing;
import adfer.state.Leftover;
import adfer.state.Reconciliation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What people and programs are shown: plain records, ready to be printed or sent. */
public final class Views {
    private Views() {}

    /**
     * Everything at a glance.
     *
     * @param index the log index this is as of
     * @param fingerprint the state's, equal on all nodes at one index
     * @param quorum whether a leader is known; without one nothing can be changed
     * @param generation of the cluster to which the node belongs
     * @param quarantine why the node takes part in nothing; empty when it does
     * @param notes what always holds here and is good to know
     * @param leftovers what sites have of services that they don't own
     * @param attention what somebody should look at now, the most urgent first
     */
    public record Overview(
            long index,
            String fingerprint,
            NodeId node,
            int generation,
            Optional<String> quarantine,
            List<String> notes,
            Optional<NodeId> leader,
            boolean quorum,
            List<SiteView> sites,
            List<ServiceView> services,
            List<RunSummary> activeRuns,
            List<LeftoverView> leftovers,
            List<String> attention) {}

    /** What a site has of a service that it doesn't own, and what is wrong with it. */
    public record LeftoverView(
            SiteId site,
            GroupId group,
            SiteId owner,
            VmId vm,
            String name,
            List<Leftover.Fault> faults,
            boolean runsAtOwner,
            String sentence) {}

    /**
     * What a site has left over, and what became of putting it right.
     *
     * @param phrase what is typed to have it put right
     * @param undefinePhrase what is typed to have the definitions removed as well
     */
    public record ReconcileView(
            SiteId site,
            List<LeftoverView> leftovers,
            String phrase,
            String undefinePhrase,
            List<ReconciledView> orders) {}

    /** The latest order to put right what a site has left over of a service. */
    public record ReconciledView(
            GroupId group, Reconciliation.Standing standing, Instant at, String sentence) {}

    /**
     * Where this node's copy is.
     *
     * @param fingerprint equal on all nodes at one index
     */
    public record StateView(long index, String fingerprint, int entities, long audits) {}

    /** A site's inventory. */
    public record InventoryView(
            long index,
            SiteId site,
            List<Host> hosts,
            List<Network> networks,
            List<Store> stores,
            long total,
            List<Vm> vms) {}

    /**
     * A site.
     *
     * @param sweepProblem why the inventory may be out of date; empty when it isn't
     * @param stops of hosts whose guards have stopped something
     */
    public record SiteView(
            SiteId id,
            String title,
            boolean dataCentre,
            Optional<SiteVerdict> verdict,
            List<NodeView> nodes,
            int hosts,
            int vms,
            int running,
            Optional<Instant> sweptAt,
            String sweepProblem,
            List<StopView> stops) {}

    /** The longest time that a host's guard took to get a VM off, and what the leases allow. */
    public record StopView(
            HostId host, Duration longest, Duration allowed, boolean warns, String sentence) {}

    /**
     * A node.
     *
     * @param heard whether this node hears it now (itself: always)
     * @param appliedIndex how far it has applied the log, as it last said
     */
    public record NodeView(
            NodeId id,
            SiteId site,
            boolean self,
            boolean leading,
            boolean heard,
            Optional<Duration> lastHeard,
            Optional<Long> appliedIndex,
            Optional<Instant> startedAt,
            String address,
            String version) {}

    /** How ready a service is to be failed over. */
    public enum Readiness {
        READY,
        READY_WITH_WARNINGS,
        NOT_READY
    }

    /**
     * A protected service.
     *
     * @param vms how many VMs it has at its owner
     * @param running how many of them run there
     * @param remarks what readiness rests on, in sentences
     * @param autostart VMs of it that their host starts by itself after a power loss; none is as it
     *     should be
     */
    public record ServiceView(
            GroupId id,
            String title,
            SiteId owner,
            Epoch epoch,
            SiteId home,
            SiteId recovery,
            Duration rto,
            Duration rpo,
            int vms,
            int running,
            Readiness readiness,
            List<String> remarks,
            Plan.DataAge dataAge,
            Optional<LeaseView> lease,
            List<String> autostart,
            Optional<RunId> activeRun,
            Optional<RunId> lastRun) {}

    /**
     * The right of a site to run a group.
     *
     * @param held false when it lapsed
     * @param guarded whether every guard there was armed for its last renewal
     */
    public record LeaseView(SiteId site, Epoch epoch, boolean held, boolean guarded) {}

    /**
     * A run in one line.
     *
     * @param needsOperator whether it waits for a person
     * @param done tasks that are done and were observed
     * @param skipped tasks that a person passed over
     * @param total tasks that the plan has on its way forward
     */
    public record RunSummary(
            RunId id,
            Operation operation,
            GroupId group,
            String title,
            SiteId source,
            SiteId target,
            Phase phase,
            Instant startedAt,
            Optional<Instant> endedAt,
            boolean needsOperator,
            int done,
            int skipped,
            int total) {
        /** How far it has come, in words. */
        public String progress() {
            return done
                    + " of "
                    + total
                    + " tasks done"
                    + (skipped == 0 ? "" : ", " + skipped + " skipped");
        }
    }

    /**
     * A run with all its steps.
     *
     * @param waiting what it waits for, in sentences
     * @param journal how many journal entries there are
     */
    public record RunView(
            RunSummary summary,
            String by,
            String reason,
            String planHash,
            Duration rto,
            Instant clockFrom,
            Duration expected,
            Optional<String> proof,
            List<StepView> steps,
            List<String> waiting,
            long journal,
            long index) {}

    /**
     * A step of a run.
     *
     * @param asks whether it waits for a person's word
     */
    public record StepView(
            StepId id,
            String title,
            String kind,
            List<StepId> after,
            StepStatus status,
            String note,
            boolean asks,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            List<TaskView> tasks) {}

    /**
     * A task of a run.
     *
     * @param status {@code WAITING}, or a {@link adfer.run.TaskProgress.Status}
     * @param sentence what was observed or why it failed; empty before
     */
    public record TaskView(
            TaskId id,
            String status,
            int attempt,
            Optional<NodeId> node,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            String sentence,
            String output) {}

    /**
     * A plan with the hash that confirms it.
     *
     * @param proof what it would stand on; empty for an operation that needs none up front
     * @param forbidden why whoever looks may not start it; empty when he or she may
     */
    public record PlanView(
            String hash,
            boolean executable,
            String confirmation,
            Optional<Ground> proof,
            Optional<String> forbidden,
            Plan plan) {}

    /**
     * What a failover stands on.
     *
     * @param proven whether it is proven that its source is off
     * @param sentence by what, or what to do
     */
    public record Ground(boolean proven, String sentence) {}

    /**
     * The power fences of a site.
     *
     * @param configured whether any node has one
     * @param unfenced hosts without; while there are any, fencing proves nothing
     * @param phrase what is typed to fence it
     */
    public record FenceView(
            SiteId site,
            boolean configured,
            List<HostId> unfenced,
            String phrase,
            List<HostFenceView> hosts) {}

    /** The latest power fence of a host. */
    public record HostFenceView(
            HostId host, Fencing.Standing standing, Instant at, String sentence) {}

    /**
     * What waits for a second person.
     *
     * @param phrase what the second person types
     * @param run that it starts or speaks to
     * @param plan the hash of the plan that it would run
     * @param objection why whoever looks can't be the second person
     * @param sentence who waits for whom
     */
    public record WishView(
            String id,
            String by,
            String what,
            String reason,
            String phrase,
            Instant at,
            Instant expires,
            Optional<RunId> run,
            Optional<String> plan,
            Optional<String> objection,
            String sentence) {}

    /**
     * What people said of a site.
     *
     * @param asked the log index at which it was said, which a confirmation names
     * @param until until when it waits for the second person, or proves
     */
    public record AttestationView(
            SiteId site,
            long asked,
            String by,
            String words,
            Instant at,
            Optional<String> confirmedBy,
            Attestation.Standing standing,
            Instant until,
            String sentence) {}
}
