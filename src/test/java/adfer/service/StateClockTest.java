package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class StateClockTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Instant state = Instant.EPOCH;
    private Instant wall = NOON;
    private long steady = 7_000_000_000L;

    private final StateClock clock = new StateClock(() -> state, () -> wall, () -> steady);

    @Test
    void itIsTheWallClockWhereNobodyWasAhead() {
        assertThat(clock.instant()).isEqualTo(NOON);
        pass(Duration.ofMinutes(5));
        state = wall.minusSeconds(1);
        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofMinutes(5)));
    }

    /** A retry that was due in 5 s waited for an hour after the leader's clock was set back. */
    @Test
    void timeGoesOnFromTheStateWhereSomebodyWasAnHourAhead() {
        state = NOON.plus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(state);
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(state.plusSeconds(9));
        state = clock.instant();
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(state.plusSeconds(9));
    }

    @Test
    void wallClockThatIsSetBackTakesNoTimeAway() {
        state = clock.instant();
        wall = wall.minus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(state);
        pass(Duration.ofSeconds(10));
        assertThat(clock.instant()).isEqualTo(state.plusSeconds(9));
    }

    @Test
    void wallClockCatchesUp() {
        state = NOON.plus(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(state);
        pass(Duration.ofMinutes(11));
        assertThat(clock.instant()).isEqualTo(wall);
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        steady += time.toNanos();
    }
}
