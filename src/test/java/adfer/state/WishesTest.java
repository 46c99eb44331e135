package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Deed;
import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Right;
import adfer.access.Role;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.mesh.NodeSession;
import adfer.run.Decision;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What becomes of that for which two people are demanded. */
class WishesTest {
    private static final Duration WITHIN = Duration.ofMinutes(15);
    private static final String WHAT = "eve is to be approver";

    private Instant now = Instant.parse("2026-11-27T03:00:00Z");
    private ClusterState state = ClusterState.EMPTY;
    private final List<AuditEntry> trail = new ArrayList<>();

    WishesTest() {
        apply("ann", new Command.SetUp(person("ann", Role.ADMIN)));
        apply("ann", new Command.PutPerson(person("bob", Role.ADMIN)));
    }

    @Test
    void nothingIsDoneUntilAnotherPersonConfirmsIt() {
        assertThat(apply("ann", wish("one"))).isEmpty();
        assertThat(state.person("eve")).isEmpty();
        assertThat(apply("ann", second("one"))).contains("same-person");
        assertThat(apply(" Ann ", second("one"))).contains("same-person");
        assertThat(state.person("eve")).isEmpty();
        assertThat(apply("bob", second("one"))).isEmpty();
        assertThat(state.person("eve").orElseThrow().grants())
                .containsExactly(Grant.everywhere(Role.APPROVER));
        assertThat(apply("bob", second("one"))).contains("no-such-wish");
    }

    @Test
    void whatAnyNodeDemandsIsDemandedUntilNoneDoes() {
        announce("a1", Deed.FAILOVER, Deed.SKIP);
        announce("b1", Deed.FAILOVER, Deed.RIGHTS);
        assertThat(state.twoPeople())
                .containsExactlyInAnyOrder(Deed.FAILOVER, Deed.SKIP, Deed.RIGHTS);
        announce("a1");
        assertThat(state.twoPeople()).containsExactlyInAnyOrder(Deed.FAILOVER, Deed.RIGHTS);
        assertThat(trail.getLast().sentence()).isEqualTo("Node a1 of site a started.");
        announce("b1");
        assertThat(state.twoPeople()).isEmpty();
    }

    private void announce(String node, Deed... deeds) {
        NodeSession session =
                new NodeSession(
                        new NodeId(node),
                        new SiteId(node.substring(0, 1)),
                        state.index(),
                        now,
                        "1",
                        "",
                        true,
                        Sorted.empty(),
                        List.of(deeds));
        assertThat(apply(node, new Command.AnnounceNode(session))).isEmpty();
    }

    @Test
    void whatAForgottenNodeDemandedHoldsNoLongerUntilItComesBack() {
        announce("a1", Deed.RIGHTS);
        announce("b1", Deed.FAILOVER);
        long life = state.session(new NodeId("b1")).orElseThrow().incarnation();
        Command forget = new Command.ForgetNode(new NodeId("b1"), life);
        apply("ann", wish("one", "node b1 is to be forgotten", forget));
        assertThat(state.twoPeople()).contains(Deed.FAILOVER);
        assertThat(apply("bob", new Command.Second("one", "ann", "node b1 is to be forgotten")))
                .isEmpty();
        assertThat(state.twoPeople()).containsExactly(Deed.RIGHTS);
        assertThat(apply("ann", forget)).contains("node-changed");
        announce("b1", Deed.FAILOVER);
        assertThat(state.twoPeople()).contains(Deed.FAILOVER);
        assertThat(apply("ann", forget)).as("its next life").contains("node-changed");
        assertThat(trail.getLast().accepted()).isFalse();
        assertThat(trail.getLast().subject()).isEqualTo("node b1");
    }

    @Test
    void auditTrailNamesBoth() {
        apply("ann", wish("one"));
        apply("bob", second("one"));
        assertThat(trail.getLast().actor().name()).isEqualTo("bob");
        assertThat(trail.getLast().sentence())
                .isEqualTo("Confirmed, as ann had asked, and carried out: " + WHAT + ".");
    }

    @Test
    void wishIsOverAfterItsTime() {
        apply("ann", wish("one"));
        now = now.plus(WITHIN).plusMillis(1);
        assertThat(apply("bob", second("one"))).contains("no-such-wish");
        assertThat(state.person("eve")).isEmpty();
        apply("ann", wish("two"));
        assertThat(state.wishes().map(Wish::id)).containsExactly("two");
    }

    @Test
    void whatIsConfirmedIsCheckedAsIfItWereAskedNow() {
        Command skip = new Command.Decide(new RunId("gone"), new Decision.Pause());
        apply("ann", wish("one", "Skip of a step", skip));
        assertThat(apply("bob", new Command.Second("one", "ann", "Skip of a step")))
                .contains("no-such-run");
        assertThat(state.wish("one")).as("nothing was done").isPresent();
    }

    @Test
    void allIsDoneOrNothing() {
        apply(
                "ann",
                wish(
                        "one",
                        WHAT,
                        new Command.PutPerson(person("eve", Role.APPROVER)),
                        new Command.SetPassword("nobody", "hash")));
        assertThat(apply("bob", second("one"))).contains("no-such-person");
        assertThat(state.person("eve")).isEmpty();
    }

    @Test
    void whatWasShownIsWhatIsConfirmed() {
        apply("ann", wish("one"));
        assertThat(apply("bob", new Command.Second("one", "ann", "eve is to be viewer")))
                .contains("wish-changed");
        assertThat(apply("bob", new Command.Second("one", "eve", WHAT))).contains("wish-changed");
    }

    @Test
    void askingAgainTakesTheEarlierOnesPlace() {
        apply("ann", wish("one"));
        apply("ann", wish("two"));
        apply("bob", wish("three"));
        assertThat(state.wishes().map(Wish::id)).containsExactly("three", "two");
    }

    @Test
    void whoeverLosesRightsAsksAnew() {
        apply("bob", wish("one"));
        apply("ann", new Command.EndSessions("bob"));
        assertThat(state.wishes()).isEmpty();
        apply("bob", wish("two"));
        apply("ann", new Command.RemovePerson("bob"));
        assertThat(state.wishes()).isEmpty();
    }

    @Test
    void onlyWhatPeopleAskForWaitsAndNotWithoutLimit() {
        assertThat(apply("ann", wish("one", WHAT, second("two")))).contains("bad-request");
        for (int i = 0; i < Wishes.MAX_OPEN; i++) {
            apply("ann", wish("w" + i, "wish " + i));
        }
        assertThat(apply("ann", wish("more"))).contains("too-many-wishes");
        assertThat(apply("ann", new Command.WithdrawWish("w0"))).isEmpty();
        assertThat(apply("ann", wish("more"))).isEmpty();
        assertThat(apply("ann", new Command.WithdrawWish("w0"))).contains("no-such-wish");
    }

    private static Command wish(String id) {
        return wish(id, WHAT, new Command.PutPerson(person("eve", Role.APPROVER)));
    }

    private static Command wish(String id, String what, Command... commands) {
        return new Command.Propose(
                id,
                what,
                "change eve",
                Right.MANAGE_PEOPLE,
                Place.CLUSTER,
                List.of(commands),
                WITHIN);
    }

    private static Command second(String id) {
        return new Command.Second(id, "ann", WHAT);
    }

    private static Person person(String name, Role role) {
        return new Person(
                name,
                "",
                Optional.of("hash of " + name),
                List.of(Grant.everywhere(role)),
                false,
                false,
                Instant.EPOCH);
    }

    /** The code of its refusal. */
    private Optional<String> apply(String by, Command command) {
        Entry entry = new Entry("", new Actor(by, "cli"), now, "", command);
        Applied applied = Transition.apply(state, state.index() + 1, entry);
        state = applied.state();
        applied.audit().ifPresent(trail::add);
        return applied.reply() instanceof Reply.Rejected(long ignored, var problem)
                ? Optional.of(problem.code())
                : Optional.empty();
    }
}
