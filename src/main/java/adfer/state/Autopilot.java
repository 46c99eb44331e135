package adfer.state;

import adfer.inventory.Host;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.lease.Lease;
import adfer.mesh.SiteVerdict;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.run.RunCharter;
import adfer.runbook.Runbook;
import adfer.runbook.Runbook.Automation.Mode;
import adfer.state.Stance.Kinds;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what Adfer does by itself about a group. It acts on a committed verdict that held for
 * long enough, with proof that the source is off, on data that is young enough, by a plan without
 * refusals, for one lost site at a time, and not again for a group that it has just moved. That
 * last rule never stands in the way of a first recovery.
 *
 * <p>What guards have stopped at the end of a lease it starts again once their site holds the lease
 * anew: that only restores what was.
 */
public final class Autopilot {
    /** Who starts what nobody started. */
    public static final Actor BY = new Actor("autopilot", "system");

    /** A group that was failed over by itself is not moved again by itself for so long. */
    public static final Duration AGAIN_AFTER = Duration.ofHours(1);

    /**
     * A tenure has to be so old before what was stopped is started again: so a site that comes and
     * goes isn't set upon at once, and its VMs have been listed.
     */
    public static final Duration SETTLING = Duration.ofSeconds(5);

    private Autopilot() {}

    /** Asks for a plan as the state stands now. */
    public interface Plans {
        Optional<Plan> of(Operation operation, GroupId group);
    }

    /**
     * What the judging node's steady clock says.
     *
     * @param verdict for how long the verdict on the group's site has been as it is
     * @param tenure for how long the group's lease has been held at its present epoch
     * @param listed whether the group's site has been listed anew since the tenure is settled
     */
    public record Held(Duration verdict, Duration tenure, boolean listed) {}

    /**
     * @return empty for a group that is left to people, unless something of it is to be started
     *     again
     */
    public static Optional<Stance> consider(
            ClusterState state, Group group, Held held, Plans plans) {
        return state.runbook(group.id())
                .map(Published::runbook)
                .flatMap(runbook ->
                        new Case(state, group, runbook, held.verdict()).stance(held, plans));
    }

    /** Whether nothing is off of what the end of an earlier lease has stopped. */
    public static boolean settled(ClusterState state, Group group, Held held) {
        return group.activeRun().isEmpty()
                && held.tenure().compareTo(SETTLING) >= 0
                && held.listed()
                && state.lease(group.id())
                        .filter(Lease::held)
                        .filter(lease -> !lease.debt().owed().isEmpty())
                        .filter(lease -> off(state, lease).isEmpty())
                        .isPresent();
    }

    private static List<Vm> off(ClusterState state, Lease lease) {
        return lease.debt().owed().isEmpty()
                ? List.of()
                : state.vms(lease.site())
                        .filter(vm -> lease.debt().owed().contains(vm.id()))
                        .filter(vm -> vm.power() != Power.RUNNING)
                        .toList();
    }

    private record Case(ClusterState state, Group group, Runbook runbook, Duration held) {
        Optional<Stance> stance(Held held, Plans plans) {
            return restart(held.tenure(), plans)
                    .or(() ->
                            runbook.automation().mode() == Mode.MANUAL
                                    ? idleAgain()
                                    : Optional.of(stance(plans)));
        }

        /** What was said of a group that is left to people is over once there is nothing to do. */
        private Optional<Stance> idleAgain() {
            return state.stance(group.id())
                    .filter(stance -> stance.kind() != Kinds.IDLE)
                    .map(stance -> say(Kinds.IDLE, "There is nothing to do."));
        }

        private Optional<Stance> restart(Duration tenure, Plans plans) {
            List<Vm> off =
                    state.lease(group.id())
                            .filter(lease -> lease.held() && group.activeRun().isEmpty())
                            .filter(lease -> tenure.compareTo(SETTLING) >= 0)
                            .map(lease -> off(state, lease))
                            .orElse(List.of());
            if (off.isEmpty()) {
                return Optional.empty();
            }
            String what =
                    off.size()
                            + (off.size() == 1 ? " VM" : " VMs")
                            + " at site "
                            + group.owner()
                            + ", stopped when its lease had run out";
            Optional<Problem> refusal =
                    plans.of(Operation.RESTART, group.id())
                            .map(plan -> plan.refusals().stream().findFirst())
                            .orElse(
                                    Optional.of(
                                            new Problem("no-plan", "No restart can be planned.")));
            return Optional.of(
                    refusal.map(problem ->
                                    say(
                                            Kinds.DECLINES,
                                            "Can't start again "
                                                    + what
                                                    + ": "
                                                    + problem.sentence()))
                            .orElseGet(() -> say(Kinds.RESTARTS, "Starts again " + what + ".")));
        }

        Stance stance(Plans plans) {
            SiteId source = group.owner();
            if (group.activeRun().isPresent()) {
                return say(Kinds.IDLE, "Run " + group.activeRun().get() + " has it in hand.");
            }
            boolean lost =
                    state.verdict(source)
                            .filter(v -> v.status() == SiteVerdict.Status.UNREACHABLE)
                            .isPresent();
            if (!lost) {
                return say(Kinds.IDLE, "Site " + source + " is not lost.");
            }
            Runbook.Automation rules = runbook.automation();
            if (held.compareTo(rules.dwell()) < 0) {
                return say(
                        Kinds.WAITS,
                        "Waits until site "
                                + source
                                + " has been lost for "
                                + rules.dwell().toSeconds()
                                + " s.");
            }
            Optional<Plan> plan = plans.of(Operation.FAILOVER, group.id());
            if (plan.isEmpty()) {
                return say(Kinds.DECLINES, "Does nothing: no failover can be planned.");
            }
            return rules.mode() == Mode.PROPOSE ? proposed(plan.get()) : decided(plan.get());
        }

        private Stance proposed(Plan plan) {
            return say(
                    Kinds.PROPOSES,
                    "A failover to site "
                            + plan.target()
                            + " is prepared and waits for a person"
                            + plan.refusals().stream()
                                    .findFirst()
                                    .map(problem -> "; but " + problem.sentence())
                                    .orElse("."));
        }

        private Stance decided(Plan plan) {
            Optional<Lease> lease = state.lease(group.id());
            if (lease.filter(Lease::held).isPresent()) {
                return say(
                        Kinds.WAITS,
                        "Waits until the lease of site " + group.owner() + " has run out.");
            }
            Optional<Stance> against =
                    tooOld(plan)
                            .or(() -> plan.refusals().stream().findFirst().map(Problem::sentence))
                            .or(this::movedLately)
                            .or(() -> otherStorm(plan))
                            .map(this::declined);
            return against.orElseGet(() ->
                    Proofs.of(state, group.id(), group.owner())
                            .map(proof ->
                                    say(
                                            Kinds.ACTS,
                                            "Fails over to site "
                                                    + plan.target()
                                                    + ", since site "
                                                    + group.owner()
                                                    + " is lost. "
                                                    + proof.sentence()
                                                    + "."))
                            .orElseGet(this::withoutProof));
        }

        /** Not every guard was armed, so that the lapse says nothing: a power fence may do. */
        private Stance withoutProof() {
            SiteId site = group.owner();
            if (!runbook.automation().fence()) {
                return declined(
                        "nothing proves that site "
                                + site
                                + " is off, since not every guard there was armed. Make sure that"
                                + " it is, and attest it: adfer attest "
                                + site
                                + ".");
            }
            List<HostId> hosts = state.hosts(site).map(Host::id).toList();
            List<HostId> unfenced = Proofs.unfenced(state, site);
            if (hosts.isEmpty() || !unfenced.isEmpty()) {
                return declined(
                        hosts.isEmpty()
                                ? "no host of site " + site + " is known that could be fenced."
                                : "there is no power fence for "
                                        + String.join(
                                                ", ", unfenced.stream().map(HostId::value).toList())
                                        + " of site "
                                        + site
                                        + ". A person has to attest that it is off.");
            }
            List<Fencing> tried = state.fencings(site).toList();
            return tried.stream()
                    .filter(fencing -> fencing.standing() == Fencing.Standing.UNDER_WAY)
                    .findFirst()
                    .map(fencing -> say(Kinds.WAITS, "Waits: " + fencing.sentence()))
                    .or(() ->
                            tried.stream()
                                    .filter(f -> f.standing() == Fencing.Standing.FAILED)
                                    .max(Comparator.comparingInt(Fencing::tries))
                                    .map(this::failed))
                    .orElseGet(() ->
                            say(
                                    Kinds.FENCES,
                                    "Has the hosts of site "
                                            + site
                                            + " switched off, since its lease proves nothing."));
        }

        /** A switch that is busy or out of reach for a moment gets another chance, and few. */
        private Stance failed(Fencing fencing) {
            Runbook.Automation rules = runbook.automation();
            if (fencing.tries() >= rules.attempts()) {
                return declined(
                        fencing.sentence()
                                + " It was tried "
                                + (fencing.tries() == 1 ? "once" : fencing.tries() + " times")
                                + ". A person has to look, and attest that the site is off.");
            }
            String next = "attempt " + (fencing.tries() + 1) + " of " + rules.attempts();
            Instant again = fencing.outcome().orElseThrow().at().plus(rules.pause());
            return state.now().isBefore(again)
                    ? say(
                            Kinds.WAITS,
                            fencing.sentence()
                                    + " It is tried again after "
                                    + rules.pause().toSeconds()
                                    + " s, "
                                    + next
                                    + ".")
                    : say(
                            Kinds.FENCES,
                            "Has what is not off yet of site "
                                    + fencing.site()
                                    + " switched off again, "
                                    + next
                                    + ".");
        }

        private Stance declined(String why) {
            return say(Kinds.DECLINES, "Does nothing by itself: " + why);
        }

        private Optional<String> tooOld(Plan plan) {
            Duration bound = runbook.automation().dataAge();
            if (plan.dataAge().known() && plan.dataAge().age().compareTo(bound) <= 0) {
                return Optional.empty();
            }
            return Optional.of(
                    plan.dataAge().known()
                            ? "the data at site "
                                    + plan.target()
                                    + " is "
                                    + plan.dataAge().age().toSeconds()
                                    + " s old, more than the "
                                    + bound.toSeconds()
                                    + " s allowed."
                            : "the age of the data at site " + plan.target() + " is not known.");
        }

        private Optional<String> movedLately() {
            return automatic()
                    .filter(charter -> charter.plan().group().equals(group.id()))
                    .filter(charter -> charter.at().plus(AGAIN_AFTER).isAfter(state.now()))
                    .findFirst()
                    .map(charter ->
                            "run "
                                    + charter.id()
                                    + " moved it already, less than "
                                    + AGAIN_AFTER.toMinutes()
                                    + " minutes ago.");
        }

        private Optional<String> otherStorm(Plan plan) {
            return automatic()
                    .filter(charter -> !charter.plan().source().equals(plan.source()))
                    .filter(charter ->
                            state.run(charter.id()).stream()
                                    .anyMatch(run -> !run.header().phase().ended()))
                    .findFirst()
                    .map(charter ->
                            "run "
                                    + charter.id()
                                    + " is still bringing back what site "
                                    + charter.plan().source()
                                    + " lost.");
        }

        private Stream<RunCharter> automatic() {
            return state.runs()
                    .flatMap(run -> state.find(RunCharter.key(run.id())).stream())
                    .map(RunCharter.class::cast)
                    .filter(charter -> charter.by().equals(BY))
                    .filter(charter -> charter.plan().operation() == Operation.FAILOVER);
        }

        private Stance say(Kinds kind, String sentence) {
            return new Stance(group.id(), kind, sentence, state.now());
        }
    }

    /**
     * Whether the state knows this stance already, so that it needn't be said. Idleness that
     * follows nothing isn't news. What is to be done now always is: that it was done before, in the
     * same words, may be all that was said since.
     */
    public static boolean known(ClusterState state, Stance stance) {
        return switch (stance.kind()) {
            case ACTS, RESTARTS, FENCES -> false;
            case IDLE, WAITS, PROPOSES, DECLINES ->
                    state.stance(stance.group())
                            .map(stance::same)
                            .orElse(stance.kind() == Kinds.IDLE);
        };
    }
}
