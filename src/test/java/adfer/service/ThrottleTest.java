package adfer.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class ThrottleTest {
    private long nanos;
    private final Throttle throttle = new Throttle(() -> nanos);

    @Test
    void pausesGrowAndHaveAnEnd() {
        for (int i = 0; i < Throttle.FREE - 1; i++) {
            throttle.failed("ann", "here");
        }
        assertThat(throttle.left("ann", "here")).isZero();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            throttle.failed("ann", "here");
            assertThat(throttle.left("ann", "here")).isEqualTo(Duration.ofSeconds(seconds));
        }
        nanos += Duration.ofSeconds(59).toNanos();
        assertThat(throttle.left("ann", "here")).isEqualTo(Duration.ofSeconds(1));
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(throttle.left("ann", "here")).isZero();
    }

    @Test
    void strangerKeepsNobodyElseOut() {
        for (int i = 0; i < 1_000; i++) {
            throttle.failed("ann", "stranger's");
        }
        assertThat(throttle.left("ann", "stranger's")).isPositive();
        assertThat(throttle.left("ann", "ann's")).isZero();
        assertThat(throttle.left("bob", "stranger's")).isZero();
    }

    @Test
    void rightPasswordAndTimeMakeItForget() {
        fail(10);
        throttle.succeeded("ann", "here");
        assertThat(throttle.left("ann", "here")).isZero();
        fail(10);
        nanos += Throttle.FORGOTTEN.toNanos();
        throttle.failed("ann", "here");
        assertThat(throttle.left("ann", "here")).isZero();
    }

    @Test
    void memoryIsBoundedAndTheEldestGoFirst() {
        fail(10);
        for (int i = 0; i < Throttle.MOST - 1; i++) {
            throttle.failed("name" + i, "there");
        }
        assertThat(throttle.left("ann", "here")).isPositive();
        throttle.failed("one more", "there");
        assertThat(throttle.left("ann", "here")).isZero();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed("ann", "here");
        }
    }
}
