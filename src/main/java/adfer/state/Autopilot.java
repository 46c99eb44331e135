package adfer.state;

import adfer.inventory.Host;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what Adfer does by itself about a group. It acts on a committed verdict that held for
 * long enough, with proof that the source is off, on data that is young enough, by a plan without
 * refusals, for one lost site at a time, and not again for a group that it has just moved. That
 * last rule never stands in the way of a first recovery.
 */
public final class Autopilot {
    /** Who starts what nobody started. */
    public static final Actor BY = new Actor("autopilot", "system");

    /** A group that was failed over by itself is not moved again by itself for so long. */
    public static final Duration AGAIN_AFTER = Duration.ofHours(1);

    private Autopilot() {}

    /** Asks for the plan of a failover as the state stands now. */
    public interface Plans {
        Optional<Plan> failover(GroupId group);
    }

    /**
     * @param held for how long the verdict on the group's site has been as it is, by the judging
     *     node's steady clock
     * @return empty for a group that is left to people altogether
     */
    public static Optional<Stance> consider(
            ClusterState state, Group group, Duration held, Plans plans) {
        return state.runbook(group.id())
                .map(Published::runbook)
                .filter(runbook -> runbook.automation().mode() != Mode.MANUAL)
                .map(runbook -> new Autopilot.Case(state, group, runbook, held).stance(plans));
    }

    private record Case(ClusterState state, Group group, Runbook runbook, Duration held) {
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
            Optional<Plan> plan = plans.failover(group.id());
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
                    .filter(fencing -> fencing.standing() == Fencing.Standing.FAILED)
                    .findFirst()
                    .map(fencing ->
                            declined(
                                    fencing.sentence()
                                            + " A person has to look, and attest that the site is"
                                            + " off."))
                    .or(() ->
                            tried.stream()
                                    .filter(f -> f.standing() == Fencing.Standing.UNDER_WAY)
                                    .findFirst()
                                    .map(fencing ->
                                            say(Kinds.WAITS, "Waits: " + fencing.sentence())))
                    .orElseGet(() ->
                            say(
                                    Kinds.FENCES,
                                    "Has the hosts of site "
                                            + site
                                            + " switched off, since its lease proves nothing."));
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

    /** Whether the state knows this stance already. Idleness that follows nothing isn't news. */
    public static boolean known(ClusterState state, Stance stance) {
        return state.stance(stance.group()).map(stance::same).orElse(stance.kind() == Kinds.IDLE);
    }
}
