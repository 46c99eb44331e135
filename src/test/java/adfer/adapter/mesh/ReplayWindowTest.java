package adfer.adapter.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void eachNumberIsTakenOnceInWhateverOrder() {
        Random random = new Random(1);
        Set<Long> taken = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            long sequence = 1L + i / 2 + random.nextInt(40);
            boolean accepted = window.accept(sequence);
            assertThat(accepted).isEqualTo(taken.add(sequence));
        }
    }

    @Test
    void whatIsOlderThanTheWindowIsRefused() {
        assertThat(window.accept(100)).isTrue();
        assertThat(window.accept(36)).isFalse();
        assertThat(window.accept(37)).isTrue();
        assertThat(window.accept(37)).isFalse();
        assertThat(window.accept(1_000_000)).isTrue();
        assertThat(window.accept(100)).isFalse();
    }

    @Test
    void nonsenseIsRefused() {
        assertThat(window.accept(0)).isFalse();
        assertThat(window.accept(-5)).isFalse();
        assertThat(window.accept(Long.MAX_VALUE)).isTrue();
        assertThat(window.accept(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void gapsAreCountedOnceTheFirstIsThere() {
        assertThat(window.skipped(50)).isZero();
        assertThat(window.accept(50)).isTrue();
        assertThat(window.skipped(51)).isZero();
        assertThat(window.skipped(54)).isEqualTo(3);
        assertThat(window.skipped(49)).isZero();
    }
}
