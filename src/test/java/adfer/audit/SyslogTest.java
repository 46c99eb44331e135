package adfer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Samples;
import adfer.kernel.Actor;
import adfer.kernel.NodeId;
import adfer.state.AuditEntry;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class SyslogTest {
    /** The grammar of RFC 5424, section 6, with exactly one element of structured data. */
    private static final Pattern MESSAGE =
            Pattern.compile(
                    "<(?<pri>\\d{1,3})>1"
                            + " (?<time>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,6}Z)"
                            + " (?<host>[!-~]{1,255}) (?<app>[!-~]{1,48}) (?<proc>[!-~]{1,128})"
                            + " (?<id>[!-~]{1,32}) \\[(?<sd>[!#-<>-\\\\^-~]{1,32})(?<params>("
                            + " [!#-<>-\\\\^-~]{1,32}=\"([^\"\\\\\\]]|\\\\[\"\\\\\\]])*\")*)\\]"
                            + " (?<msg>.*)");

    private static AuditEntry entry(String actor, String reason, boolean ok, String sentence) {
        return new AuditEntry(
                7,
                99,
                Instant.parse("2026-03-01T02:03:04.123456789Z"),
                new Actor(actor, "cli"),
                "StartRun",
                "run 7k2m9x",
                reason,
                ok,
                sentence,
                "s",
                Optional.empty(),
                "p",
                "h");
    }

    private static Matcher parsed(String message) {
        Matcher matcher = MESSAGE.matcher(message);
        assertThat(matcher.matches()).as(message).isTrue();
        return matcher;
    }

    @Test
    void anEntryIsOneMessageOfTheFacilityForAudit() {
        Matcher message =
                parsed(
                        Syslog.message(
                                new NodeId("a1"), entry("jane", "fire", true, "Run started.")));
        assertThat(message.group("pri")).isEqualTo("110");
        assertThat(message.group("time")).isEqualTo("2026-03-01T02:03:04.123456Z");
        assertThat(message.group("host")).isEqualTo("a1");
        assertThat(message.group("id")).isEqualTo("StartRun");
        assertThat(message.group("params"))
                .contains(" number=\"7\"", " actor=\"jane\"", " hash=\"h\"", " accepted=\"true\"");
        assertThat(message.group("msg")).isEqualTo("Run started.");
    }

    @Test
    void aRefusalIsAWarning() {
        assertThat(
                        parsed(Syslog.message(new NodeId("a1"), entry("j", "", false, "No.")))
                                .group("pri"))
                .isEqualTo("108");
    }

    @Test
    void nothingSaidCanForgeAnotherMessage() {
        Matcher message =
                parsed(
                        Syslog.message(
                                new NodeId("a1"),
                                entry("x\"] forged", "a\n<110>1 b\\", true, "c\r\n<110>1 d")));
        assertThat(message.group("params")).contains("actor=\"x\\\"\\] forged\"", "b\\\\\"");
        assertThat(message.group("msg")).isEqualTo("c  <110>1 d");
    }

    @Test
    void otherScriptsAreMarkedAsUtf8() {
        Matcher message = parsed(Syslog.message(new NodeId("a1"), entry("漢", "", true, "Größe")));
        assertThat(message.group("msg")).isEqualTo("\uFEFFGröße");
    }

    @Test
    void whateverAnEntryHoldsMakesAMessage() {
        Samples.of(AuditEntry.class, 0, 300)
                .map(entry -> Syslog.message(new NodeId("a1"), entry))
                .forEach(SyslogTest::parsed);
    }
}
