package adfer.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Cidr;
import adfer.kernel.NetworkId;
import adfer.kernel.SiteId;
import adfer.kernel.StepId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class RunbookReaderTest {
    static Stream<Corpus> good() {
        return Corpus.in("good");
    }

    static Stream<Corpus> bad() {
        return Stream.concat(Corpus.in("malformed"), Corpus.in("unsound"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodRunbooksAreReadWithExactlyTheExpectedWarnings(Corpus corpus) {
        Reading reading = corpus.read();
        assertThat(codes(reading)).isEqualTo(corpus.expects());
        assertThat(reading.runbook()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void everyProblemIsFoundWhereItStands(Corpus corpus) {
        Reading reading = corpus.read();
        assertThat(codes(reading)).isEqualTo(corpus.expects());
        assertThat(reading.runbook()).isEmpty();
        assertThat(reading.findings())
                .allSatisfy(finding -> {
                    assertThat(finding.sentence()).endsWith(".");
                    assertThat(finding.suggestion()).matches("(?s).*[.?']$");
                    assertThat(finding.toString()).doesNotContain("hunter2");
                });
    }

    private static List<String> codes(Reading reading) {
        return reading.findings().stream()
                .map(f -> f.code() + " " + f.line() + ":" + f.column())
                .sorted()
                .toList();
    }

    @Test
    void theExampleMeansWhatItSays() {
        Runbook runbook =
                good().filter(c -> c.name().contains("issue"))
                        .findFirst()
                        .orElseThrow()
                        .read()
                        .runbook()
                        .orElseThrow();
        assertThat(runbook.home()).isEqualTo(new SiteId("a"));
        assertThat(runbook.objectives().rto()).isEqualTo(Duration.ofMinutes(10));
        assertThat(runbook.protect().networks())
                .containsEntry(new NetworkId("vlan-20"), new NetworkId("vlan-120"));
        assertThat(runbook.protect().addresses())
                .containsEntry(new Cidr("10.20.0.0/24"), new Cidr("10.120.0.0/24"));
        Step stop = runbook.steps().getFirst();
        assertThat(stop.action())
                .isEqualTo(
                        new Action.StopVms(
                                Side.SOURCE, List.of(), List.of(), Duration.ofMinutes(3), 20));
        assertThat(stop.when()).contains(Step.Condition.SOURCE_REACHABLE);
        assertThat(stop.timeout()).isEqualTo(Duration.ofMinutes(4));
        Step database = runbook.step(new StepId("database")).orElseThrow();
        assertThat(database.verify())
                .containsExactly(
                        new Check(
                                new ProbeSpec.Tcp("cat-db-1", 5432),
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(2)));
        Step promote = runbook.step(new StepId("promote")).orElseThrow();
        assertThat(promote.retry()).isEqualTo(new Step.Retry(3, Duration.ofSeconds(5)));
        assertThat(promote.observe()).isPresent();
        assertThat(promote.undo().map(Step.Undo::timeout)).contains(Duration.ofMinutes(1));
        Action web = runbook.step(new StepId("web")).orElseThrow().action();
        assertThat(web)
                .isEqualTo(
                        new Action.StartVms(
                                Side.TARGET,
                                List.of(new Selector.Labelled("tier", "web")),
                                List.of(),
                                4,
                                4));
    }

    @Test
    void aWordThatIsNearlyRightIsRecognised() {
        Finding finding =
                Corpus.in("malformed")
                        .filter(c -> c.name().contains("unknown-action"))
                        .findFirst()
                        .orElseThrow()
                        .read()
                        .findings()
                        .stream()
                        .filter(f -> f.code().equals("unknown-key"))
                        .findFirst()
                        .orElseThrow();
        assertThat(finding.suggestion()).isEqualTo("Did you mean 'vm.stop'?");
        assertThat(finding.in("x/runbook.yml"))
                .isEqualTo(
                        "x/runbook.yml:12:5: error: 'vm.stpo' is no key of a step. Did you mean"
                                + " 'vm.stop'? [unknown-key]");
    }

    @Test
    void oneReadingFindsProblemsOfEveryKind() {
        Reading reading =
                RunbookReader.read(
                        """
                        runbook: x
                        titel: y
                        home: a
                        recovery: a
                        objectives: { rto: soon, rpo: 5m }
                        steps:
                          - id: one
                            vm.start: { at: nowhere }
                            after: [two]
                        """,
                        Set.of());
        assertThat(reading.findings())
                .extracting(Finding::code)
                .contains(
                        "unknown-key", "missing-key", "bad-value", "unknown-step", "never-stopped");
    }

    @Test
    void brokenYamlIsRefusedWithItsPlace() {
        assertOne("a: [1, 2", "not-yaml", 1);
        assertOne("a: b\n\tc: d", "not-yaml", 2);
        assertOne("a: b\n  c: d: e", "not-yaml", 2);
        assertOne("a: \u0001", "not-yaml", 1);
        assertOne("", "empty", 1);
        assertOne("# nothing\n", "empty", 1);
        assertOne("a: *nowhere", "too-large", 1);
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d, ".formatted(i - 1).repeat(10)).append("]\n");
        }
        assertOne(bomb.toString(), "too-large", 5);
    }

    @Test
    void endlessNestingIsRefused() {
        assertOne("a: " + "[".repeat(200_000), "too-large", 1);
        assertOne("&a [*a]", "too-large", 1);
    }

    @Test
    void hugeTextIsRefused() {
        assertOne("a: " + "x".repeat(2_000_000), "too-large", 1);
    }

    private static void assertOne(String yaml, String code, int line) {
        Reading reading = RunbookReader.read(yaml, Set.of());
        assertThat(reading.runbook()).isEqualTo(Optional.empty());
        assertThat(reading.findings()).hasSize(1);
        assertThat(reading.findings().getFirst().code()).isEqualTo(code);
        assertThat(reading.findings().getFirst().line()).isEqualTo(line);
    }
}
