package adfer.adapter.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommonPointTest {
    private static final long NONE = -1;

    private final CommonPoint search = new CommonPoint();

    @Test
    void fiveHundredEntriesBackAreFewTries() {
        long at = 2_000;
        var tries = 0;
        while (at > 1_500) {
            at = search.next(at - 1, NONE, 0);
            tries++;
        }
        assertThat(tries).isLessThan(11);
    }

    @Test
    void neverGoesBackBehindWhatIsKnownToBeCommonOrWhatTheLeaderStillHas() {
        for (var i = 0; i < 20; i++) {
            assertThat(search.next(1_000, 990, 5)).isGreaterThan(990);
        }
        for (var i = 0; i < 20; i++) {
            assertThat(search.next(1_000, NONE, 980)).isGreaterThan(980);
        }
    }

    @Test
    void goesWhereTheFollowerSaysWhereThatIsFurtherBackThanTheLeadersStart() {
        for (var i = 0; i < 20; i++) {
            assertThat(search.next(7, NONE, 980)).isEqualTo(7);
        }
    }

    @Test
    void beginsWithSmallStepsOnceMoreIsKnownToBeCommon() {
        for (var i = 0; i < 20; i++) {
            search.next(1_000, NONE, 0);
        }
        assertThat(search.next(1_000, 900, 0)).isEqualTo(1_000);
        assertThat(search.next(1_000, 900, 0)).isEqualTo(999);
    }
}
