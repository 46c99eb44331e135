package adfer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.NodeId;
import adfer.mesh.Matrix.Aged;

import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ClockReportTest {
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final Duration THRESHOLD = Duration.ofMillis(500);

    @Test
    void smallSkewIsToldWithoutWarning() {
        ClockReport report = report(row("a1", Map.of("b1", 12L)), row("b1", Map.of("a1", -14L)));
        assertThat(report.skews())
                .containsExactly(
                        new ClockReport.Skew(
                                World.node("a1"), World.node("b1"), Duration.ofMillis(14)));
        assertThat(report.warning()).isFalse();
        assertThat(report.sentence())
                .isEqualTo("The clock of b1 is 14 ms ahead of that of a1 at most.");
    }

    @Test
    void largeSkewIsWarnedOf() {
        ClockReport report =
                report(
                        row("a1", Map.of("b1", 2L, "w1", -700L)),
                        row("b1", Map.of("a1", -2L, "w1", -702L)));
        assertThat(report.warning()).isTrue();
        assertThat(report.skews().getFirst().other()).isEqualTo(World.node("w1"));
        assertThat(report.sentence())
                .isEqualTo(
                        "The clock of w1 is 702 ms behind that of b1, which is more than 500 ms:"
                                + " check their time service.");
    }

    @Test
    void clocksThatAgreeWithEachOtherMayStillBeWrong() {
        Row row = row("a1", Map.of("b1", 1L));
        Facts facts = Facts.NONE.withNtpOffset(Optional.of(Duration.ofSeconds(2)));
        ClockReport report =
                report(
                        new Row(
                                row.observer(),
                                1,
                                1,
                                Duration.ZERO,
                                facts,
                                List.of(),
                                row.clockOffsets()));
        assertThat(report.warning()).isTrue();
        assertThat(report.sentence()).contains("a1 is 2000 ms behind the reference");
    }

    @Test
    void nothingMeasuredIsSaid() {
        assertThat(report(row("a1", Map.of())).sentence())
                .isEqualTo("No clock has been compared yet.");
    }

    @Test
    void medianLeavesOutTheOddSample() {
        ClockFilter filter = ClockFilter.EMPTY;
        for (int i = 0; i < 100; i++) {
            filter = filter.with(Duration.ofMillis(i % 5 == 0 ? 9_000 : 10));
        }
        assertThat(filter.offset()).contains(Duration.ofMillis(10));
        assertThat(filter.samples()).hasSize(ClockFilter.SIZE);
    }

    private static ClockReport report(Row... rows) {
        TreePMap<NodeId, Aged> aged = TreePMap.empty();
        for (Row row : rows) {
            aged = aged.plus(row.observer(), new Aged(row, Duration.ZERO));
        }
        Matrix matrix = new Matrix(rows[0].observer(), Duration.ZERO, aged);
        return ClockReport.of(matrix, FRESH, THRESHOLD);
    }

    private static Row row(String observer, Map<String, Long> offsetMillis) {
        TreePMap<NodeId, Duration> offsets = TreePMap.empty();
        for (var offset : offsetMillis.entrySet()) {
            offsets =
                    offsets.plus(World.node(offset.getKey()), Duration.ofMillis(offset.getValue()));
        }
        return new Row(World.node(observer), 1, 1, Duration.ZERO, Facts.NONE, List.of(), offsets);
    }
}
