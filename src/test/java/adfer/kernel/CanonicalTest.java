package adfer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

class CanonicalTest {
    record Pair(Object left, Object right) {}

    record Couple(Object left, Object right) {}

    record Nothing() {}

    enum Light {
        RED,
        GREEN
    }

    @Test
    void differentValuesHaveDifferentHashes() {
        List<Object> values =
                List.of(
                        "",
                        "a",
                        "ab",
                        "RED",
                        Light.RED,
                        Light.GREEN,
                        0,
                        1,
                        -1,
                        Long.MAX_VALUE,
                        true,
                        false,
                        1.0,
                        0.0,
                        -0.0,
                        BigInteger.ONE,
                        Instant.EPOCH,
                        Instant.ofEpochSecond(0, 1),
                        Instant.ofEpochSecond(1),
                        Duration.ZERO,
                        Duration.ofNanos(1),
                        Optional.empty(),
                        Optional.of(""),
                        Optional.of(Optional.empty()),
                        List.of(),
                        List.of(""),
                        List.of("", ""),
                        List.of("a", "b"),
                        List.of("b", "a"),
                        List.of(List.of("a"), "b"),
                        List.of(List.of("a", "b")),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of("a", "b")),
                        new TreeMap<>(Map.of("b", "a")),
                        new Nothing(),
                        new Pair("a", "b"),
                        new Pair("b", "a"),
                        new Pair("ab", ""),
                        new Couple("a", "b"));
        Set<String> hashes = new LinkedHashSet<>(values.stream().map(Canonical::hex).toList());
        assertThat(hashes).hasSameSizeAs(values);
    }

    @Test
    void equalValuesHaveEqualHashes() {
        assertThat(Canonical.hex(new Pair(List.of("a"), Optional.of(3))))
                .isEqualTo(Canonical.hex(new Pair(new ArrayList<>(List.of("a")), Optional.of(3))));
        assertThat(Canonical.hex(new TreeMap<>(Map.of("x", 1, "a", 2))))
                .isEqualTo(Canonical.hex(Sorted.copy(Map.of("a", 2, "x", 1))));
        assertThat(Canonical.hex(7)).isEqualTo(Canonical.hex(7L));
        assertThat(Canonical.hex(new SiteId("a"))).isEqualTo(Canonical.hex("a"));
    }

    /** Every node must come to the same hash, so an accidental change of the encoding must show. */
    @Test
    void theEncodingStaysAsItIs() {
        Pair value =
                new Pair(
                        List.of("Ä🔥", 42, true, Light.RED, new SiteId("a")),
                        Optional.of(new Couple(Instant.ofEpochSecond(5, 6), Duration.ofMillis(7))));
        assertThat(Canonical.hex(value))
                .isEqualTo("4548095a7707e55b8af0d4ba112b0afe4094b8777803b13a180da9824800680f");
    }

    @Test
    void valuesLargerThanAnyBufferAreHashedWhole() {
        String large = "x".repeat(100_000);
        assertThat(Canonical.hex(large + "a")).isNotEqualTo(Canonical.hex(large + "b"));
        assertThat(Canonical.hex(List.of(large, "a"))).isNotEqualTo(Canonical.hex(List.of(large)));
    }

    @Test
    void textIsHashedAsToolsDo() {
        assertThat(Canonical.hexOfText("hello\n"))
                .isEqualTo("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    }

    @Test
    void whatHasNoOrderHasNoHash() {
        assertThatThrownBy(() -> Canonical.hex(Set.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Canonical.hex(new HashMap<>(Map.of("a", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Canonical.hex(new Object()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
