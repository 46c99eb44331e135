package adfer.service;

import adfer.access.Deed;
import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.mesh.NodeSession;
import adfer.plan.Plan;
import adfer.plan.Planner;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Wish;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where two people are demanded: who waits for whom, and what the second one says. */
public final class Seconding {
    private static final int MOST_NAMES = 5;

    private final Replica replica;
    private final Desk desk;
    private final Policy policy;
    private final InstantSource clock;
    private final Supplier<String> ids;

    /**
     * What the configuration demands.
     *
     * @param within how long a wish waits
     */
    public record Policy(Set<Deed> deeds, Duration within) {
        public Policy {
            deeds = Set.copyOf(deeds);
        }

        /** As it is announced. */
        public List<Deed> sorted() {
            return deeds.stream().sorted().toList();
        }
    }

    /** What somebody asks for, and what it takes. */
    record Wanted(Right right, Place place, String what, String phrase, List<Command> commands) {}

    public Seconding(
            Replica replica, Desk desk, Policy policy, InstantSource clock, Supplier<String> ids) {
        this.replica = replica;
        this.desk = desk;
        this.policy = policy;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * For what two people are demanded. What any node is configured to demand holds at all of them,
     * so editing one node's file takes nothing away.
     */
    private boolean demanded(Deed deed) {
        return policy.deeds().contains(deed) || replica.state().twoPeople().contains(deed);
    }

    /** Whether some node's configuration or the runbook demand two people. */
    boolean demanded(Deed deed, GroupId group) {
        return demanded(deed)
                || replica.state()
                        .runbook(group)
                        .filter(published -> published.runbook().twoPeople().contains(deed))
                        .isPresent();
    }

    /** Whether somebody's change of rights has to be confirmed; not where nobody could do so. */
    boolean demandedForRights(Principal who) {
        return demanded(Deed.RIGHTS)
                && seconds(replica.state(), Right.MANAGE_PEOPLE, Place.CLUSTER, who.name())
                        .findAny()
                        .isPresent();
    }

    /**
     * Whether the end of what a node demands has to be confirmed, as a change of rights: also where
     * it is that node alone that demands anything. Not where nobody could do so.
     */
    boolean demandedToForget(Principal who, NodeSession session) {
        return (demanded(Deed.RIGHTS) || !session.twoPeople().isEmpty())
                && seconds(replica.state(), Right.FORGET_NODE, Place.CLUSTER, who.name())
                        .findAny()
                        .isPresent();
    }

    /** That two people are demanded where there are no two, in a sentence. */
    Optional<String> tooFew() {
        List<String> able =
                seconds(replica.state(), Right.MANAGE_PEOPLE, Place.CLUSTER, "").toList();
        return demanded(Deed.RIGHTS) && able.size() == 1
                ? Optional.of(
                        "Two people are demanded for changes of rights (access.twoPeople), but"
                                + " nobody besides "
                                + able.getFirst()
                                + " could confirm one. Until there is a second admin or approver"
                                + " with a password, "
                                + able.getFirst()
                                + " changes rights alone: ./adfer people add.")
                : Optional.empty();
    }

    /** That nodes are configured differently, in a sentence. */
    Optional<String> disagreement() {
        ClusterState state = replica.state();
        Set<Deed> all = state.twoPeople();
        List<String> less =
                state.sessions()
                        .filter(session -> !session.twoPeople().containsAll(all))
                        .map(session -> session.node().value())
                        .toList();
        return less.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Two people are demanded for "
                                + all.stream().map(Deed::word).collect(Collectors.joining(", "))
                                + ", since some node's access.twoPeople says so; that of "
                                + String.join(", ", less)
                                + " says less. It holds everywhere all the same: give all nodes"
                                + " the same. One that is gone for good can be forgotten (./adfer"
                                + " nodes).");
    }

    /** Local people who could confirm something that another asks for. */
    private static Stream<String> seconds(
            ClusterState state, Right right, Place place, String other) {
        return state.people()
                .filter(person ->
                        !person.disabled()
                                && !person.sealed()
                                && person.password().isPresent()
                                && !person.name().equalsIgnoreCase(other)
                                && may(person.grants(), right, place))
                .map(Person::name);
    }

    private static boolean may(List<Grant> grants, Right right, Place place) {
        return grants.stream()
                .anyMatch(grant -> grant.allows(right, place) || grant.allows(Right.SECOND, place));
    }

    Result<Views.WishView> propose(Principal who, String request, String reason, Wanted wanted) {
        Command.Propose propose =
                new Command.Propose(
                        ids.get(),
                        wanted.what(),
                        wanted.phrase(),
                        wanted.right(),
                        wanted.place(),
                        wanted.commands(),
                        policy.within());
        return desk.submit(who.actor(), request, reason, propose)
                .then(index ->
                        at(who, index)
                                .map(Result::ok)
                                .orElseGet(() ->
                                        Result.refused(
                                                "request-reused",
                                                "This idempotency key named another request"
                                                        + " before; take a fresh one.")));
    }

    /** The wish that this entry of the log brought, if it still waits. */
    Optional<Views.WishView> at(Principal who, long index) {
        ClusterState state = replica.state();
        return state.wishes()
                .filter(wish -> wish.index() == index)
                .map(wish -> view(who, state, wish))
                .findFirst();
    }

    /** Everything that waits and that this person may see, the oldest first. */
    public List<Views.WishView> list(Principal who) {
        ClusterState state = replica.state();
        return open(state)
                .filter(wish -> sees(who, wish))
                .map(wish -> view(who, state, wish))
                .toList();
    }

    private Stream<Wish> open(ClusterState state) {
        Instant now = clock.instant();
        return state.wishes()
                .filter(wish -> !wish.over(now))
                .sorted(Comparator.comparing(Wish::at));
    }

    private static boolean sees(Principal who, Wish wish) {
        return who.may(Right.LOOK, wish.place()) || wish.by().samePerson(who.actor());
    }

    public Result<Views.WishView> find(Principal who, String id) {
        return known(who, id).map(wish -> view(who, replica.state(), wish));
    }

    private Result<Wish> known(Principal who, String id) {
        return open(replica.state())
                .filter(wish -> wish.id().equals(id) && sees(who, wish))
                .findFirst()
                .map(Result::ok)
                .orElseGet(() ->
                        Result.refused(
                                "no-such-wish",
                                "No wish "
                                        + id
                                        + " waits for a second person: it was confirmed,"
                                        + " withdrawn, or nobody confirmed it in time."));
    }

    /** The plan that a wish would run, as it was confirmed by whoever asked. */
    public Optional<Plan> plan(Principal who, String id) {
        return known(who, id) instanceof Result.Ok<Wish>(var wish)
                ? wish.start().map(Command.StartRun::plan)
                : Optional.empty();
    }

    /**
     * The second person's word: carries out what waits, if it is still what would be done.
     *
     * @param typed the wish's phrase
     */
    Result<Views.WishView> second(Principal who, String request, String id, String typed) {
        return known(who, id)
                .then(wish -> {
                    Optional<Problem> problem =
                            objection(who, wish)
                                    .or(() -> mistyped(wish, typed))
                                    .or(() -> outdated(wish));
                    return problem.isPresent()
                            ? new Result.Refused<>(List.of(problem.get()))
                            : confirm(who, request, wish);
                });
    }

    private Result<Views.WishView> confirm(Principal who, String request, Wish wish) {
        Views.WishView view = view(who, replica.state(), wish);
        Command.Second second = new Command.Second(wish.id(), wish.by().name(), wish.what());
        return desk.submit(who.actor(), request, "", second).map(ignored -> view);
    }

    /** Why somebody can't be the second person. */
    private static Optional<Problem> objection(Principal who, Wish wish) {
        if (wish.by().samePerson(who.actor())) {
            return problem(
                    "same-person",
                    "A second person has to confirm it: " + wish.by().name() + " asked for it.");
        }
        return who.absent()
                .or(() ->
                        who.may(wish.right(), wish.place())
                                ? Optional.empty()
                                : who.refused(Right.SECOND, wish.place()));
    }

    private static Optional<Problem> mistyped(Wish wish, String typed) {
        return wish.phrase().equals(typed.strip())
                ? Optional.empty()
                : problem("not-confirmed", "Type \"" + wish.phrase() + "\" to confirm.");
    }

    private Optional<Problem> outdated(Wish wish) {
        Optional<Plan> wanted = wish.start().map(Command.StartRun::plan);
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Planner.Request request =
                Planner.Request.of(wanted.get().operation(), wanted.get().group());
        return switch (Planner.plan(request, replica.state(), clock.instant())) {
            case Result.Refused<Plan>(var problems) -> Optional.of(problems.getFirst());
            case Result.Ok<Plan>(var now) ->
                    now.hash().equals(wanted.get().hash())
                            ? Optional.empty()
                            : problem(
                                    "plan-changed",
                                    "What "
                                            + wish.by().name()
                                            + " confirmed is not what would be done now: it has to"
                                            + " be planned and asked for anew.");
        };
    }

    /** Takes a wish back: whoever asked for it, or who could have confirmed it. */
    public Result<Views.WishView> withdraw(
            Principal who, String request, String reason, String id) {
        return known(who, id)
                .then(wish -> {
                    Optional<Problem> problem =
                            wish.by().samePerson(who.actor())
                                    ? Optional.empty()
                                    : objection(who, wish);
                    Views.WishView view = view(who, replica.state(), wish);
                    return problem.isPresent()
                            ? new Result.Refused<>(List.of(problem.get()))
                            : desk.submit(
                                            who.actor(),
                                            request,
                                            reason,
                                            new Command.WithdrawWish(id))
                                    .map(ignored -> view);
                });
    }

    private static Views.WishView view(Principal who, ClusterState state, Wish wish) {
        return new Views.WishView(
                wish.id(),
                wish.by().name(),
                wish.what(),
                wish.reason(),
                wish.phrase(),
                wish.at(),
                wish.expires(),
                wish.run(),
                wish.start().map(start -> start.plan().hash()),
                objection(who, wish).map(Problem::sentence),
                sentence(state, wish));
    }

    private static String sentence(ClusterState state, Wish wish) {
        List<String> names = seconds(state, wish.right(), wish.place(), wish.by().name()).toList();
        String whom =
                names.isEmpty()
                        ? "Nobody with a password here may confirm it; ask an admin to make"
                                + " somebody approver"
                        : names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                                + (names.size() > MOST_NAMES
                                        ? " or " + (names.size() - MOST_NAMES) + " others"
                                        : "")
                                + " may confirm it: ./adfer wishes confirm "
                                + wish.id();
        return wish.by().name() + " waits for a second person: " + wish.what() + ". " + whom + ".";
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
