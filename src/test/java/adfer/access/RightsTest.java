package adfer.access;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

class RightsTest {
    private static final Place SHOP =
            Place.group(new GroupId("shop"), Optional.of(new SiteId("a")), List.of("service=shop"));
    private static final Place MAIL =
            Place.group(new GroupId("mail"), Optional.of(new SiteId("b")), List.of("service=mail"));

    @Test
    void testAndRecoveryAreSeparateRights() {
        assertThat(may("operator", Right.FAIL_OVER, SHOP)).isFalse();
        assertThat(may("commander", Right.FAIL_OVER, SHOP)).isTrue();
        assertThat(may("commander", Right.APPROVE, SHOP)).isFalse();
        assertThat(may("approver", Right.APPROVE, SHOP)).isTrue();
    }

    @Test
    void adminMovesNothing() {
        for (Right right : Right.values()) {
            boolean expected =
                    switch (right) {
                        case LOOK,
                                READ_AUDIT,
                                MANAGE_PEOPLE,
                                FORGET_NODE,
                                TEST_CALL,
                                OWN_TOKENS,
                                OWN_SESSIONS ->
                                true;
                        default -> false;
                    };
            assertThat(may("admin", right, Place.CLUSTER)).as(right.name()).isEqualTo(expected);
        }
    }

    @Test
    void scopesHoldWhereTheySay() {
        for (String scope : List.of("site:a", "label:service=shop", "runbook:shop")) {
            assertThat(may("commander@" + scope, Right.MIGRATE, SHOP)).as(scope).isTrue();
            assertThat(may("commander@" + scope, Right.MIGRATE, MAIL)).as(scope).isFalse();
            assertThat(may("viewer@" + scope, Right.READ_AUDIT, Place.CLUSTER)).isFalse();
        }
        assertThat(may("commander@site:a", Right.FENCE, Place.site(new SiteId("a")))).isTrue();
        assertThat(may("commander@site:a", Right.FENCE, Place.site(new SiteId("b")))).isFalse();
    }

    @Test
    void everyLayerHasToAllowIt() {
        Principal narrowed =
                new Principal(
                        "ann",
                        "api",
                        Principal.Method.TOKEN,
                        Optional.empty(),
                        List.of(
                                List.of(Somebody.grant("commander")),
                                List.of(Somebody.grant("viewer"))));
        assertThat(narrowed.may(Right.LOOK, SHOP)).isTrue();
        assertThat(narrowed.may(Right.MIGRATE, SHOP)).isFalse();
    }

    @Test
    void refusalSaysWhatItTakesAndWhatOneIs() {
        assertThat(Somebody.holding("ann", "viewer@site:a").refused(Right.FAIL_OVER, SHOP))
                .hasValueSatisfying(problem ->
                        assertThat(problem.sentence())
                                .isEqualTo(
                                        "ann may not start a failover at shop: that takes the role"
                                                + " commander at shop; ann is viewer@site:a. Ask"
                                                + " an admin."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commander",
                "viewer@site:a",
                "approver@label:service=shop",
                "admin@runbook:library/catalogue"
            })
    void grantIsReadAsItIsWritten(String text) {
        assertThat(Somebody.grant(text).toString()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"king", "viewer@", "viewer@moon:a", "viewer@site:", "viewer@label:x", "@*"})
    void whatIsNoGrantIsRefusedInASentence(String text) {
        assertThat(Grant.parse(text))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused ->
                                assertThat(refused.problems().getFirst().toString()).endsWith("."));
    }

    private static boolean may(String grant, Right right, Place place) {
        return Somebody.holding("ann", grant).may(right, place);
    }
}
