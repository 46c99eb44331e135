package adfer.adapter.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class ClockWatchTest {
    private Instant wall = Instant.parse("2025-03-01T03:00:00Z");
    private long steady;
    private final ClockWatch watch = new ClockWatch(() -> wall, () -> steady);

    @Test
    void clockSetBackIsNoticedOnce() {
        pass(Duration.ofSeconds(5), Duration.ofHours(-1));
        assertThat(watch.wasSetBack()).isTrue();
        pass(Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(watch.wasSetBack()).isFalse();
    }

    @Test
    void passingTimeSlewAndAClockSetForwardAreNotSettingBack() {
        pass(Duration.ofSeconds(5), Duration.ofMillis(4_500));
        assertThat(watch.wasSetBack()).isFalse();
        pass(Duration.ofSeconds(5), Duration.ofHours(1));
        assertThat(watch.wasSetBack()).isFalse();
    }

    private void pass(Duration really, Duration shown) {
        steady += really.toNanos();
        wall = wall.plus(shown);
    }
}
