package adfer.state;

import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Right;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.inventory.At;
import adfer.kernel.Epoch;
import adfer.kernel.Generation;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
import adfer.lease.Overdue;
import adfer.lease.Renewal;
import adfer.lease.Stopped;
import adfer.mesh.Lacking;
import adfer.mesh.NodeSession;
import adfer.mesh.SiteVerdict;
import adfer.plan.Plan;
import adfer.run.Decision;
import adfer.run.Outcome;
import adfer.run.TaskAttempt;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskStart;
import adfer.runbook.Bundle;
import adfer.runbook.Runbook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Everything that can be asked of the replicated state. Whether it is granted, {@link Transition}
 * decides.
 */
public sealed interface Command {
    /**
     * A batch of what changed at one site.
     *
     * @param removed keys of the site's inventory that are gone
     */
    record ChangeInventory(List<At> changed, List<Key> removed) implements Command {
        public ChangeInventory {
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }
    }

    record JudgeSite(SiteVerdict verdict) implements Command {}

    record AnnounceNode(NodeSession session) implements Command {}

    /** Drops what this life of a node announced, and with it what it demanded two people for. */
    record ForgetNode(NodeId node, long incarnation) implements Command {}

    record PublishRunbook(Bundle bundle, Runbook runbook) implements Command {}

    /**
     * Runs this very plan. A failover needs proof that its source is off, which the state knows or
     * not.
     */
    record StartRun(RunId run, Plan plan) implements Command {}

    /** Commits the start of tasks before their effects. Their executors act when they apply it. */
    record StartTasks(RunId run, List<TaskStart> starts) implements Command {
        public StartTasks {
            starts = List.copyOf(starts);
        }
    }

    /**
     * @param output the end of what the attempt printed
     */
    record FinishTask(RunId run, TaskId task, int attempt, Outcome outcome, String output)
            implements Command {}

    /** Keeps what a long attempt has printed so far, for those who watch. */
    record ReportOutput(RunId run, TaskId task, int attempt, String output) implements Command {}

    /** The executors of these running attempts are gone. */
    record DoubtTasks(RunId run, List<TaskAttempt> tasks, String reason) implements Command {
        public DoubtTasks {
            tasks = List.copyOf(tasks);
        }
    }

    /**
     * A site goes on running groups. What it can't claim any more is left out without a word.
     *
     * @param stopped what its guards had to stop nevertheless and haven't seen on since
     */
    record RenewLeases(SiteId site, List<Renewal> renewals, List<Stopped> stopped)
            implements Command {
        public RenewLeases {
            renewals = List.copyOf(renewals);
            stopped = List.copyOf(stopped);
        }
    }

    /** Ends leases that were not renewed for long enough, unless they were in the meantime. */
    record LapseLeases(List<Overdue> overdue) implements Command {
        public LapseLeases {
            overdue = List.copyOf(overdue);
        }
    }

    /** A site takes up anew, at a new epoch, a group of its own whose lease had lapsed. */
    record RegainLease(GroupId group, SiteId site, Epoch lapsed) implements Command {}

    /**
     * Nothing of what the end of an earlier lease stopped is off any more, or it needn't be
     * started.
     */
    record SettleLease(GroupId group, Epoch epoch) implements Command {}

    /** What Adfer does by itself about a group whose site is lost, or why it does nothing. */
    record TakeStance(Stance stance) implements Command {}

    /**
     * Answers for a site being off.
     *
     * @param words how the person made sure of it
     * @param asOf the log index that the node had applied through which the person speaks; a site
     *     that showed life later in the log is not what was looked at
     * @param terms as that node is configured
     */
    record Attest(SiteId site, String words, long asOf, AttestationTerms terms)
            implements Command {}

    /**
     * A second person says so too.
     *
     * @param asked the log index of the attestation that was shown
     */
    record ConfirmAttestation(SiteId site, long asked) implements Command {}

    /** Takes back what was said of a site. */
    record WithdrawAttestation(SiteId site) implements Command {}

    /**
     * The first command of a generation of the cluster.
     *
     * @param lost the sites that are declared off, sorted
     * @param risk what may have been lost, in a sentence
     * @param terms as the node is configured at which it is founded
     */
    record FoundGeneration(
            Generation generation,
            List<Founding.Consent> by,
            List<SiteId> lost,
            String risk,
            AttestationTerms terms)
            implements Command {
        public FoundGeneration {
            by = List.copyOf(by);
            lost = List.copyOf(lost);
        }
    }

    /**
     * Orders that hosts of a lost site are switched off. Their executor acts when it applies it.
     */
    record OrderFence(SiteId site, List<HostId> hosts, Executor executor) implements Command {
        public OrderFence {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * What came of an order to switch a host off.
     *
     * @param order the order's log index
     * @param off whether the host was seen off
     * @param asOf the log index that the executor had applied before it looked for the last time; a
     *     site that showed life later in the log is not off
     */
    record FinishFence(
            SiteId site,
            HostId host,
            long order,
            boolean off,
            long asOf,
            String agent,
            String sentence)
            implements Command {}

    /**
     * Orders that what a site has left over of groups that it doesn't own is put right. Their
     * executor acts when it applies it.
     *
     * @param vms the leftovers that a person was shown; what is none any more is left out
     * @param within how long an outcome is waited for
     */
    record OrderReconcile(
            SiteId site, List<VmId> vms, boolean undefine, Executor executor, Duration within)
            implements Command {
        public OrderReconcile {
            vms = List.copyOf(vms);
        }
    }

    /**
     * What came of it for one group.
     *
     * @param order the order's log index
     * @param done whether each VM was seen as it should be
     */
    record FinishReconcile(SiteId site, GroupId group, long order, boolean done, String sentence)
            implements Command {}

    /** A node tells with which key it signs the audit trail from now on. */
    record AnnounceKey(NodeId node, String key) implements Command {}

    /** Marks the present end of the audit trail as what all nodes are to sign next. */
    record BeginCheckpoint() implements Command {}

    /** A node signs the audit trail up to the mark. */
    record SignCheckpoint(Seal seal) implements Command {}

    /**
     * A guard has told the longest stop that it has seen.
     *
     * @param allowed what the leases reckon with
     */
    record MeasureStop(SiteId site, HostId host, Duration longest, Duration allowed)
            implements Command {}

    /** People are called, by the executor once it is accepted. */
    record CallPeople(List<Call.Reason> reasons, Executor executor) implements Command {
        public CallPeople {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * What came of it.
     *
     * @param about what they were told
     * @param order the call's log index
     */
    record EndCall(long order, String about, boolean reached, String sentence) implements Command {}

    /**
     * People are called as a test, by this node once it is accepted.
     *
     * @param ways by which, as the node's configuration names them
     */
    record TestCall(NodeId node, List<String> ways) implements Command {
        public TestCall {
            ways = List.copyOf(ways);
        }
    }

    /** There is no reason for these any more; should one come again, people are called again. */
    record ForgetCalls(List<String> ids) implements Command {
        public ForgetCalls {
            ids = List.copyOf(ids);
        }
    }

    /** A node tells which secrets of runbooks it can't read. */
    record TellLacking(Lacking lacking) implements Command {}

    /**
     * Somebody has let a node rejoin that was in quarantine; told once it has.
     *
     * @param latest the latest epoch in what the node had until then
     */
    record TellRejoin(NodeId node, SiteId site, Instant ordered, Epoch latest) implements Command {}

    /**
     * A node that takes no part in this generation tells that VMs of protection groups run at its
     * site.
     *
     * @param vms how many, at least one
     */
    record TellRunning(SiteId site, NodeId node, int vms) implements Command {}

    record Decide(RunId run, Decision decision) implements Command {}

    /** Adds the very first person. */
    record SetUp(Person first) implements Command {}

    /** Adds or changes a person; whatever password there is stays. */
    record PutPerson(Person person) implements Command {}

    /**
     * @param hash with its salt and parameters
     */
    record SetPassword(String name, String hash) implements Command {}

    /** Ends whatever a name has open. */
    record EndSessions(String name) implements Command {}

    record RemovePerson(String name) implements Command {}

    /** Somebody has signed in. */
    record NoteVisit(Visit visit) implements Command {}

    /**
     * Ends one session.
     *
     * @param name whose it is
     */
    record EndVisit(String id, String name) implements Command {}

    record IssueToken(Token token) implements Command {}

    record RevokeToken(String id) implements Command {}

    /**
     * Asks for something for which two people are demanded. See {@link Wish}.
     *
     * @param within how long it waits, as the node is configured through which the person speaks
     */
    record Propose(
            String id,
            String what,
            String phrase,
            Right right,
            Place place,
            List<Command> commands,
            Duration within)
            implements Command {
        public Propose {
            commands = List.copyOf(commands);
        }
    }

    /**
     * A second person wants it too, and so it is carried out.
     *
     * @param by whose wish was shown
     * @param what as it was shown
     */
    record Second(String id, String by, String what) implements Command {}

    record WithdrawWish(String id) implements Command {}

    /** Tells everybody that a break-glass account was used. */
    record UseGlass(String name, NodeId node, boolean opened) implements Command {}
}
