package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

class KeyTest {
    @Test
    void keysAreSortedByKindAndThenById() {
        List<Key> sorted =
                List.of(
                        new Key(Kind.NODE, "z"),
                        new Key(Kind.HOST, "a/1"),
                        new Key(Kind.VM, "a/1"),
                        new Key(Kind.VM, "a/10"),
                        new Key(Kind.VM, "b/1"));
        assertThat(Stream.of(4, 2, 0, 3, 1).map(sorted::get).sorted()).isEqualTo(sorted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-1_b.c", "site/vm", "0", "1.2.3"})
    void identifiersThatAreFine(String text) {
        assertThat(new VmId(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", ".a", "/a", "a b", "ä", "a\n", "a:b", "a'b"})
    void identifiersThatAreNot(String text) {
        assertThatThrownBy(() -> new VmId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void identifiersHaveALength() {
        assertThat(new VmId("x".repeat(120)).value()).hasSize(120);
        assertThatThrownBy(() -> new VmId("x".repeat(121)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void epochsRise() {
        assertThat(Epoch.NONE.next()).isEqualTo(new Epoch(1));
        assertThat(new Epoch(1).before(new Epoch(2))).isTrue();
        assertThat(new Epoch(2).before(new Epoch(2))).isFalse();
        assertThatThrownBy(() -> new Epoch(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Epoch(Long.MAX_VALUE).next())
                .isInstanceOf(ArithmeticException.class);
    }
}
