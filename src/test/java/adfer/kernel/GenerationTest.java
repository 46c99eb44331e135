package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final NodeId A = new NodeId("a1");
    private static final NodeId B = new NodeId("b1");
    private static final String HEAD = "ab".repeat(32);

    private final Generation second = Generation.FIRST.next(100, B, HEAD);

    @Test
    void laterOneSupersedes() {
        assertThat(second.supersedes(Generation.FIRST)).isTrue();
        assertThat(Generation.FIRST.supersedes(second)).isFalse();
        assertThat(second.supersedes(second)).isFalse();
        assertThat(second.next(7, A, HEAD).supersedes(second)).isTrue();
    }

    @Test
    void ofTwoFoundedApartExactlyOneGoesOn() {
        Generation fuller = Generation.FIRST.next(101, A, HEAD);
        assertThat(fuller.supersedes(second)).isTrue();
        assertThat(second.supersedes(fuller)).isFalse();

        Generation equal = Generation.FIRST.next(100, A, HEAD);
        assertThat(equal.supersedes(second)).isNotEqualTo(second.supersedes(equal));
    }

    @Test
    void epochsOfALaterOneAreAbove() {
        assertThat(Generation.FIRST.floor()).isEqualTo(Epoch.NONE);
        assertThat(second.floor()).isGreaterThan(new Epoch(900_000));
        assertThat(second.next(7, A, HEAD).floor()).isGreaterThan(second.floor());
    }

    @Test
    void wordsTellThemApart() {
        assertThat(second.label()).isEqualTo("2-b1-100");
        assertThat(second.head()).isEqualTo("abababababababab");
        assertThat(second).hasToString("generation 2 (founded at b1 from index 100)");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new Generation(2, 1, "", HEAD.substring(48)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Generation(2, 1, "b1", "nothing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Generation(0, 1, "b1", HEAD))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
