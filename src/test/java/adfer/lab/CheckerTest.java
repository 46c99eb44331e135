package adfer.lab;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.lab.History.Acknowledged;
import adfer.lab.History.Isolation;
import adfer.lab.History.Life;
import adfer.lab.History.ProvenOff;
import adfer.lab.History.Quarantine;
import adfer.lab.History.Rest;
import adfer.lab.History.StateTold;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

class CheckerTest {
    private static final Checker CHECKER = new Checker(Duration.ofSeconds(10));
    private static final Life AT_A = new Life("shop-1", "shop", "a", 100, 1_000, 50_000);
    private static final Life THEN_AT_B = new Life("shop-1", "shop", "b", 200, 50_000, 90_000);

    @Test
    void groupThatMovedOnceItWasOffIsAllRight() {
        assertThat(CHECKER.check(lives(AT_A, THEN_AT_B))).isEmpty();
    }

    @Test
    void vmThatRanInBothSitesIsFound() {
        Life early = new Life("shop-1", "shop", "b", 200, 49_990, 90_000);
        assertThat(CHECKER.check(lives(AT_A, early)))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.at()).isEqualTo(49_990);
                    assertThat(violation.sentence()).contains("process 100", "process 200");
                });
    }

    @Test
    void groupWhoseVmsRanInDifferentSitesIsFound() {
        assertThat(CHECKER.check(lives(AT_A, new Life("shop-2", "shop", "b", 200, 2_000, 3_000))))
                .hasSize(1);
    }

    @Test
    void vmThatStillLivesCountsUntilTheEnd() {
        Life forgotten = new Life("shop-1", "shop", "a", 100, 1_000, Long.MAX_VALUE);
        assertThat(CHECKER.check(lives(forgotten, THEN_AT_B))).hasSize(1);
    }

    @Test
    void oneVmTwiceAtOneSiteIsFound() {
        assertThat(CHECKER.check(lives(AT_A, new Life("shop-1", "shop", "a", 200, 2_000, 3_000))))
                .hasSize(1);
    }

    @Test
    void groupsMayRunWhereTheyLike() {
        assertThat(
                        CHECKER.check(
                                lives(
                                        AT_A,
                                        new Life("shop-2", "shop", "a", 200, 2_000, 3_000),
                                        new Life("mail-1", "mail", "b", 300, 2_000, 3_000))))
                .isEmpty();
    }

    @Test
    void lostAcknowledgementIsFoundAtTheNodeThatLacksIt() {
        History history =
                history(
                        List.of(),
                        List.of(),
                        List.of(new Acknowledged("op-1", "migrate shop", 5_000)),
                        List.of(),
                        Map.of("a1", Set.of("op-1"), "b1", Set.of("op-2")));
        assertThat(CHECKER.check(history))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.sentence())
                                .contains("Node b1", "op-1", "migrate shop"));
    }

    @Test
    void whatEveryNodeKnowsIsNotLost() {
        History history =
                history(
                        List.of(),
                        List.of(),
                        List.of(new Acknowledged("op-1", "migrate shop", 5_000)),
                        List.of(),
                        Map.of("a1", Set.of("op-1"), "b1", Set.of("op-1", "op-2")));
        assertThat(CHECKER.check(history)).isEmpty();
    }

    @Test
    void twoStatesAtOneIndexAreFound() {
        assertThat(CHECKER.check(told(new StateTold("a1", 7, "x"), new StateTold("b1", 7, "y"))))
                .hasSize(1);
        assertThat(CHECKER.check(told(new StateTold("a1", 7, "x"), new StateTold("b1", 8, "y"))))
                .isEmpty();
    }

    @Test
    void vmThatOutlivesTheLeaseOfAnIsolatedSiteIsFound() {
        assertThat(CHECKER.check(isolated(39_000, 60_000))).hasSize(1);
        assertThat(CHECKER.check(isolated(40_000, 60_000))).isEmpty();
        assertThat(CHECKER.stops(isolated(40_000, 60_000))).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void siteThatCameBackWithinItsLeaseMayGoOn() {
        assertThat(CHECKER.check(isolated(30_000, 39_000))).isEmpty();
        assertThat(CHECKER.stops(isolated(30_000, 39_000))).isEmpty();
    }

    @Test
    void groupThatMayRunAndDoesNotIsFound() {
        assertThat(CHECKER.check(resting("a", Set.of("shop-1"), 40_000))).isEmpty();
        assertThat(CHECKER.check(resting("a", Set.of("shop-1"), 50_000))).hasSize(1);
    }

    @Test
    void groupThatRunsOnlyInPartIsFound() {
        assertThat(CHECKER.check(resting("a", Set.of("shop-1", "shop-2"), 40_000)))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.sentence())
                                .contains("shop may run at a", "[shop-2] was not on after 90 s"));
    }

    @Test
    void groupThatRunsElsewhereThanAtItsOwnerIsFound() {
        assertThat(CHECKER.check(resting("b", Set.of("shop-1"), 40_000))).hasSize(1);
    }

    @Test
    void percentileIsOneOfTheTimes() {
        List<Duration> times =
                List.of(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3));
        assertThat(Checker.percentile(times, 50)).contains(Duration.ofMillis(2));
        assertThat(Checker.percentile(times, 99)).contains(Duration.ofMillis(3));
        assertThat(Checker.percentile(List.of(), 50)).isEmpty();
    }

    @Test
    void statesAreComparedOnlyWhereEveryNodeTold() {
        List<StateTold> told =
                List.of(
                        new StateTold("a1", 7, "x"),
                        new StateTold("b1", 7, "x"),
                        new StateTold("b1", 7, "x"),
                        new StateTold("b1", 8, "y"));
        assertThat(Checker.compared(told, 2)).isEqualTo(1);
    }

    private static History lives(Life... lives) {
        return history(List.of(lives), List.of(), List.of(), List.of(), Map.of());
    }

    private static History told(StateTold... told) {
        return history(List.of(), List.of(), List.of(), List.of(told), Map.of());
    }

    private static History isolated(long from, long until) {
        return history(
                List.of(AT_A),
                List.of(new Isolation("a", "node a1 stands still", from, until)),
                List.of(),
                List.of(),
                Map.of());
    }

    @Test
    void vmThatRunsOnWhereTheSiteIsProvenOffIsFound() {
        assertThat(CHECKER.check(provenOff("a", 30_000)))
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation.sentence()).contains("a fence", "shop-1"));
        assertThat(CHECKER.check(provenOff("a", 50_000))).isEmpty();
        assertThat(CHECKER.check(provenOff("b", 30_000))).isEmpty();
    }

    @Test
    void vmThatIsStartedInQuarantineIsFound() {
        assertThat(CHECKER.check(quarantined(500, 60_000))).hasSize(1);
        assertThat(CHECKER.check(quarantined(2_000, 60_000))).isEmpty();
        assertThat(CHECKER.check(quarantined(500, 900))).isEmpty();
    }

    private static History provenOff(String site, long at) {
        return new History(
                List.of(AT_A),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(new ProvenOff(site, "a fence", at)),
                List.of());
    }

    private static History quarantined(long from, long until) {
        return new History(
                List.of(AT_A),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(new Quarantine("a", from, until)));
    }

    private static History resting(String site, Set<String> vms, long at) {
        return new History(
                List.of(AT_A),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(new Rest("shop", site, vms, at, Duration.ofSeconds(90))),
                List.of(),
                List.of());
    }

    private static History history(
            List<Life> lives,
            List<Isolation> isolations,
            List<Acknowledged> acknowledged,
            List<StateTold> told,
            Map<String, Set<String>> audits) {
        return new History(
                lives, isolations, acknowledged, told, audits, List.of(), List.of(), List.of());
    }
}
