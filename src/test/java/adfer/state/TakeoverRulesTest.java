package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.state.Founding.Consent;
import adfer.state.TakeoverRules.Situation;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class TakeoverRulesTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final String PHRASE = "take over at b without a";
    private static final Actor ANN = new Actor("ann", "cli");
    private static final Consent FIRST = new Consent(ANN, "It burns", Instant.EPOCH);

    @Test
    void dataCentreThatHasBeenAloneForLongEnoughMay() {
        assertThat(hindrance(false, true, Optional.empty(), HALF_A_MINUTE)).isEmpty();
    }

    @Test
    void otherwiseTheReasonIsSaid() {
        assertThat(hindrance(false, true, Optional.of("a1"), Duration.ZERO))
                .contains("majority-lives");
        assertThat(hindrance(false, true, Optional.empty(), Duration.ofSeconds(29)))
                .contains("too-early");
        assertThat(hindrance(false, false, Optional.empty(), HALF_A_MINUTE)).contains("witness");
        assertThat(hindrance(true, true, Optional.empty(), HALF_A_MINUTE)).contains("quarantined");
    }

    /** They may have one already, of which this node is about to hear. */
    @Test
    void whereAMajorityIsHeardItElectsALeaderAndNothingIsTakenOver() {
        assertThat(heard(3, 2)).contains("majority-heard");
        assertThat(heard(3, 1)).isEmpty();
        assertThat(heard(4, 2)).isEmpty();
        assertThat(heard(4, 3)).contains("majority-heard");
        assertThat(heard(2, 1)).isEmpty();
    }

    private static Optional<String> heard(int voters, int heard) {
        Situation at =
                new Situation(false, true, true, Optional.empty(), HALF_A_MINUTE, voters, heard);
        return TakeoverRules.hindrance(at, HALF_A_MINUTE).map(Problem::code);
    }

    @Test
    void nodeThatHasRejoinedAndKnowsNothingYetTakesNothingOver() {
        Situation fresh = new Situation(false, true, false, Optional.empty(), HALF_A_MINUTE, 3, 1);
        assertThat(TakeoverRules.hindrance(fresh, HALF_A_MINUTE).map(Problem::code))
                .contains("no-picture");
    }

    @Test
    void eachPersonHasANameWordsAndTypesThePhrase() {
        assertThat(objection(ANN, "It burns", PHRASE, Optional.empty())).isEmpty();
        assertThat(objection(new Actor("anonymous", "api"), "It burns", PHRASE, Optional.empty()))
                .contains("no-name");
        assertThat(objection(ANN, " ", PHRASE, Optional.empty())).contains("no-words");
        assertThat(objection(ANN, "x".repeat(901), PHRASE, Optional.empty())).contains("no-words");
        assertThat(objection(ANN, "It burns", "take over", Optional.empty()))
                .contains("not-confirmed");
    }

    @Test
    void wordFromAnEarlierLifeCountsUntilItIsTooOldAndNotFromATimeToCome() {
        Instant said = Instant.parse("2025-03-01T03:00:00Z");
        Duration within = Duration.ofMinutes(10);
        assertThat(TakeoverRules.age(said, said, within)).contains(Duration.ZERO);
        assertThat(TakeoverRules.age(said, said.plusSeconds(599), within))
                .contains(Duration.ofSeconds(599));
        assertThat(TakeoverRules.age(said, said.plusSeconds(600), within)).isEmpty();
        assertThat(TakeoverRules.age(said, said.minusMillis(1), within)).isEmpty();
    }

    @Test
    void secondPersonIsAnother() {
        Actor again = new Actor(" ANN ", "console");
        assertThat(objection(again, "It burns", PHRASE, Optional.of(FIRST)))
                .contains("two-people-needed");
        assertThat(objection(new Actor("ben", "cli"), "Yes", PHRASE, Optional.of(FIRST))).isEmpty();
    }

    @Test
    void firstWordIsForTheSitesThatWereMissingThenAndNoOthers() {
        List<SiteId> witness = List.of(new SiteId("w"));
        List<SiteId> more = List.of(new SiteId("a"), new SiteId("w"));
        assertThat(TakeoverRules.outgrown(FIRST, witness, more).map(Problem::code))
                .contains("asked-for-less");
        assertThat(TakeoverRules.outgrown(FIRST, more, more)).isEmpty();
        assertThat(TakeoverRules.outgrown(FIRST, more, witness)).as("one is back").isEmpty();
    }

    private static Optional<String> hindrance(
            boolean quarantined, boolean centre, Optional<String> leader, Duration leaderless) {
        return TakeoverRules.hindrance(
                        new Situation(quarantined, centre, true, leader, leaderless, 3, 1),
                        HALF_A_MINUTE)
                .map(Problem::code);
    }

    private static Optional<String> objection(
            Actor actor, String words, String typed, Optional<Consent> first) {
        return TakeoverRules.objection(actor, words, typed, PHRASE, first).map(Problem::code);
    }
}
