package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The formal model of leases, searched by Spin through every state it can reach. {@code
 * docs/SAFETY.md} says under "The model" what it covers.
 */
class LeaseModelIT {
    private static final Path MODEL = Path.of("src/test/model/lease.pml").toAbsolutePath();
    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
    private static final int TIMEOUT_MINUTES = 5;

    @TempDir private Path directory;

    @BeforeEach
    void needsSpin() {
        List<String> missing = Stream.of("spin", "gcc").filter(tool -> !installed(tool)).toList();
        if (!missing.isEmpty()) {
            abort("the formal model was not checked; apt-get install " + String.join(" ", missing));
        }
    }

    @ParameterizedTest
    @CsvSource({"-DEPOCHS=3, 1000000", "-DPOWER, 1000000", "-DKEEPING, 1000000"})
    void noStateBreaksARule(String what, long least) throws Exception {
        List<String> options =
                what.equals("-DKEEPING") ? List.of(what, "-DEPOCHS=2") : List.of(what);
        String found = search("NONE", "-O2", options);

        assertThat(found).contains("errors: 0").doesNotContain("max search depth too small");
        Matcher states = STATES.matcher(found);
        assertThat(states.find()).isTrue();
        System.out.println(
                "The model of leases, "
                        + what
                        + ": no counterexample, "
                        + states.group(1)
                        + " states.");
        assertThat(Long.parseLong(states.group(1))).isGreaterThan(least);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM_COMMIT",
                "GUARD_WITHOUT_DRIFT",
                "GUARD_WITHOUT_STOP",
                "GUARD_WITHOUT_TICK",
                "GUARD_DISABLED",
                "UNARMED_TICKET",
                "UNGUARDED_PROVES",
                "NO_MARGIN",
                "WAIT_WITHOUT_DRIFT",
                "WAIT_INHERITED",
                "LAPSE_UNNAMED",
                "CONFIRM_UNCOMMITTED",
                "LEASE_UNCHECKED",
                "LEASE_CHECKED_EARLY",
                "EPOCH_UNCHECKED",
                "MOVE_UNMARKED",
                "MOVE_RUNNING",
                "DOUBLE_FAULT"
            })
    void withoutARuleBothSitesRun(String mutant) throws Exception {
        assertThat(shortest(mutant, "-DEPOCHS=2", "-DBOTH_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEEN_UNLOOKED", "SEEN_LATE", "SEEN_OUTLIVED", "BOOT_REMEMBERED"})
    void withoutARuleOfProofBothSitesRun(String mutant) throws Exception {
        assertThat(shortest(mutant, "-DPOWER", "-DEPOCHS=2", "-DBOTH_ONLY", "-DSOUND_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KEEP_PROVES",
                "KEEP_TICKET_FORGOTTEN",
                "KEEP_UNHEEDED",
                "KEPT_UNTIL_CONFIRMED"
            })
    void withoutARuleOfKeepingBothSitesRun(String mutant) throws Exception {
        assertThat(shortest(mutant, "-DKEEPING", "-DEPOCHS=2", "-DBOTH_ONLY", "-DSOUND_ONLY"))
                .contains("assertion violated  !((running[0]&&running[1]))");
    }

    @ParameterizedTest
    @CsvSource({"REACH_POWER, -DPOWER", "REACH_POWER_BACK, -DPOWER", "REACH_KEPT, -DKEEPING"})
    void theModelGetsAsFarAsItsNewerParts(String question, String part) throws Exception {
        assertThat(shortest(question, part, "-DSOUND_ONLY"))
                .contains("assertion violated")
                .contains("errors: 1");
    }

    @Test
    void aSiteThatDoesNotWaitForTheCommitStartsWithoutAnOrder() throws Exception {
        assertThat(shortest("START_UNORDERED", "-DEPOCHS=2", "-DORDER_ONLY"))
                .contains("assertion violated")
                .contains("ordered[s]==epoch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REACH_LAPSE", "REACH_MOVE", "REACH_RETURN"})
    void theModelGetsAsFarAsAFailover(String question) throws Exception {
        assertThat(shortest(question)).contains("assertion violated").contains("errors: 1");
    }

    private String shortest(String mutant, String... more) throws Exception {
        List<String> breadthFirst = new ArrayList<>(List.of("-DBFS"));
        breadthFirst.addAll(List.of(more));
        return search(mutant, "-O0", breadthFirst);
    }

    private String search(String mutant, String optimise, List<String> more) throws Exception {
        List<String> translate = new ArrayList<>(List.of("spin", "-a", "-DMUTANT=" + mutant));
        more.stream().filter(option -> !option.equals("-DBFS")).forEach(translate::add);
        translate.add(MODEL.toString());
        run(translate);
        List<String> compile =
                new ArrayList<>(List.of("gcc", optimise, "-w", "-DSAFETY", "-DNOREDUCE"));
        more.stream().filter("-DBFS"::equals).forEach(compile::add);
        compile.addAll(List.of("-o", "pan", "pan.c"));
        run(compile);
        return run(List.of("./pan", "-n", "-w22", "-m1000000"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        boolean ended;
        try {
            ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(ended).as("%s ended in time%n%s", command, text).isTrue();
        assertThat(process.exitValue()).as("%s%n%s", command, text).isZero();
        return text;
    }

    private static boolean installed(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }
}
