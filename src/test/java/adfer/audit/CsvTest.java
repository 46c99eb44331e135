package adfer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Actor;
import adfer.state.AuditEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Optional;

class CsvTest {
    private static String line(String text) {
        return Csv.line(
                new AuditEntry(
                        7,
                        99,
                        Instant.EPOCH,
                        new Actor("a" + text, "cli"),
                        "StartRun",
                        text,
                        text,
                        true,
                        text,
                        "s",
                        Optional.empty(),
                        "p",
                        "h"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1"})
    void whatASpreadsheetWouldRunIsMadeText(String formula) {
        assertThat(line(formula))
                .contains(",\"'" + formula + "\",")
                .doesNotContain(",\"" + formula);
    }

    @Test
    void everyCellIsQuoted() {
        assertThat(line("a \"b\", c\nd"))
                .contains(",\"a \"\"b\"\", c\nd\",")
                .startsWith("\"7\",\"99\",\"1970-01-01T00:00:00Z\",")
                .endsWith(",\"p\",\"h\"\r\n");
    }

    @Test
    void headAndLinesHaveTheSameColumns() {
        assertThat(line("x").split(",")).hasSameSizeAs(Csv.HEAD.split(","));
    }
}
