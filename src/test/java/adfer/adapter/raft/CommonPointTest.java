package adfer.adapter.raft;

import static adfer.adapter.raft.CommonPoint.UNKNOWN;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import java.util.Random;

class CommonPointTest {
    private static final long NONE = -1;

    private final CommonPoint search = new CommonPoint();

    @Test
    void fiveHundredEntriesBackAreFewTries() {
        long at = 2_000;
        var tries = 0;
        while (at > 1_500) {
            at = search.next(at, at - 1, NONE, 0);
            tries++;
        }
        assertThat(tries).isLessThan(11);
    }

    /** Answers as Ratis' followers do, late ones and those to heartbeats among them. */
    @RepeatedTest(200)
    void findsWhatIsCommonInFewTriesWhateverTheFollowerHas(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        long committed = random.nextInt(1_000);
        long common = committed + random.nextInt(20);
        long followerNext = common + 1 + random.nextInt(600);
        long next = common + 1 + random.nextInt(600);
        long start = random.nextLong(committed + 1);
        var tries = 0;
        while (next - 1 > common || next <= committed) {
            assertThat(tries++).isLessThan(30);
            if (next <= committed) {
                next = search.next(next, committed + 1, NONE, start);
                continue;
            }
            var proposed = Math.min(followerNext, next - 1);
            var heartbeat = random.nextInt(3) == 0;
            next = search.next(heartbeat ? UNKNOWN : next, proposed, NONE, start);
            if (random.nextBoolean()) {
                next = search.next(UNKNOWN, proposed, NONE, start);
            }
        }
        assertThat(next).isBetween(committed + 1, common + 1);
    }

    @Test
    void goesWhereTheFollowerSaysThatItsCommittedEntriesEnd() {
        long at = 1_000;
        while (at > 500) {
            at = search.next(at, at - 1, NONE, 0);
        }
        assertThat(search.next(at, 620, NONE, 0)).isEqualTo(620);
    }

    @Test
    void neverGoesBackBehindWhatIsKnownToBeCommonOrWhatTheLeaderStillHas() {
        long at = 1_000;
        for (var i = 0; i < 20 && at > 991; i++) {
            at = search.next(at, at - 1, 990, 5);
            assertThat(at).isGreaterThan(990);
        }
        var other = new CommonPoint();
        at = 1_000;
        for (var i = 0; i < 20 && at > 981; i++) {
            at = other.next(at, at - 1, NONE, 980);
            assertThat(at).isGreaterThan(980);
        }
    }

    @Test
    void goesWhereTheFollowerSaysWhereThatIsFurtherBackThanTheLeadersStart() {
        assertThat(search.next(1_000, 7, NONE, 980)).isEqualTo(7);
    }

    @Test
    void beginsWithSmallStepsOnceMoreIsKnownToBeCommon() {
        long at = 1_000;
        for (var i = 0; i < 5; i++) {
            at = search.next(at, at - 1, NONE, 0);
        }
        assertThat(search.next(1_000, 999, 900, 0)).isEqualTo(999);
        assertThat(search.next(999, 998, 900, 0)).isEqualTo(997);
    }
}
