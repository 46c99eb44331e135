package adfer.adapter.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import adfer.kernel.GroupId;
import adfer.kernel.Secret;
import adfer.port.ScriptRunner.Call;
import adfer.port.ScriptRunner.Ended;
import adfer.runbook.Bundle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Real processes, well-behaved and not. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: processes are looked up in /proc")
@Timeout(120)
class ProcessScriptRunnerTest {
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Pattern PID = Pattern.compile("pid=(\\d+)\n");

    @TempDir Path work;
    private ProcessScriptRunner runner;
    private final Queue<String> pieces = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void open() {
        runner = ProcessScriptRunner.open(settings(Duration.ofMillis(500)));
    }

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void exitCodeAndBothStreamsArePassedOn() {
        Ended ended = run("echo out; echo err >&2; exit 3");
        assertThat(ended).returns(3, Ended::exit).returns(false, Ended::timedOut);
        assertThat(printed()).isEqualTo("out\nerr\n");
    }

    @Test
    void environmentHoldsWhatIsGivenAndLittleElse() {
        Map<String, String> given = Map.of("GROUP", "library catalogue", "LANG", "cy_GB.UTF-8");
        runner.run(
                bundle("tr '\\0' '\\n' < /proc/$$/environ | sort"),
                new Call("main.sh", List.of(), given, Map.of()),
                AMPLE,
                pieces::add);
        assertThat(printed().lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactly("ADFER_RUN_TOKEN", "GROUP", "HOME", "LANG", "PATH");
        assertThat(printed()).contains("GROUP=library catalogue\n", "LANG=cy_GB.UTF-8\n");
    }

    @Test
    void secretIsInTheEnvironmentAndNotInWhatIsPrinted() {
        Call call = new Call("main.sh", List.of(), Map.of(), Map.of("DB", new Secret("hunter 22")));
        Ended ended =
                runner.run(
                        bundle(
                                "[ \"$DB\" = 'hunter 22' ] || exit 9; set -x; echo \"$DB\"; env |"
                                    + " grep DB; printf \"u:$DB\" | base64; printf hunt; sleep 0.2;"
                                    + " printf 'er 22\\n'; no-such-program \"$DB\"; exit 3"),
                        call,
                        AMPLE,
                        pieces::add);
        assertThat(ended.exit()).isEqualTo(3);
        assertThat(printed()).contains("\nDB=***\n", "\n***\n").doesNotContain("hunter", "aHVu");
        assertThat(call.toString()).doesNotContain("hunter");
    }

    @Test
    void secretIsNotCutInTwoByTheBoundOfWhatIsKept() {
        runner.close();
        runner = ProcessScriptRunner.open(new ScriptSettings(work, "/bin:/usr/bin", SHORT, 10));
        runner.run(
                bundle("printf \"1234567$DB and more\""),
                new Call("main.sh", List.of(), Map.of(), Map.of("DB", new Secret("hunter22"))),
                AMPLE,
                pieces::add);
        assertThat(printed()).startsWith("1234567***\n[what was printed beyond 10");
    }

    @Test
    void argumentsArriveAsTheyAre() {
        List<String> arguments = List.of("two words", "", "$HOME `id` 'x'");
        runner.run(
                bundle("printf '[%s]' \"$@\""),
                new Call("main.sh", arguments, Map.of(), Map.of()),
                AMPLE,
                pieces::add);
        assertThat(printed()).isEqualTo("[two words][][$HOME `id` 'x']");
    }

    @Test
    void scriptsFindTheRunbooksFilesInAPrivateFolderThatIsGoneAfterwards() throws IOException {
        Bundle bundle =
                bundle(
                        Map.of(
                                "main.sh",
                                        "#!/bin/sh\n"
                                            + "scripts/lib/other.sh; ls -l data.txt; pwd; stat -c"
                                            + " %a .",
                                "scripts/lib/other.sh", "#!/bin/sh\ncat data.txt",
                                "data.txt", "some data\n"));
        Ended ended = run(bundle, AMPLE);
        assertThat(ended.exit()).as(printed()).isZero();
        List<String> lines = printed().lines().toList();
        assertThat(lines.get(0)).isEqualTo("some data");
        assertThat(lines.get(1)).startsWith("-rw-------");
        assertThat(Path.of(lines.get(2))).doesNotExist().hasParentRaw(work.resolve("attempts"));
        assertThat(lines.get(3)).isEqualTo("700");
        assertThat(leftFolders()).isEmpty();
    }

    @Test
    void readOnlyFoldersOfAScriptAreRemovedAndLinksAreNotFollowed() throws IOException {
        Path precious = Files.createDirectory(work.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        run("mkdir -p a/b; touch a/b/c; ln -s " + precious + " a/link; chmod 000 a/b; chmod 500 a");
        assertThat(leftFolders()).isEmpty();
        assertThat(precious.resolve("file")).exists();
    }

    @Test
    void filesThatWouldLieOutsideAreRefusedAndNothingRuns() {
        for (String path :
                List.of("../out", "/tmp/out", "a/../../out", "a/../b", "..", "", "a\0b")) {
            pieces.clear();
            Map<String, String> files = new TreeMap<>(Map.of("main.sh", "#!/bin/sh\necho ran"));
            files.put(path, "x");
            assertThat(run(bundle(files), AMPLE).exit()).as(path).isEqualTo(126);
            assertThat(printed()).doesNotContain("ran").containsPattern("outside|impossible");
        }
    }

    @Test
    void whatCannotBeRunIsSaidInTheOutput() {
        Bundle other = bundle(Map.of("other.sh", "#!/bin/sh\n"));
        assertThat(run(other, AMPLE).exit()).isEqualTo(126);
        assertThat(printed()).isEqualTo("the runbook catalogue brings no file 'main.sh'\n");
        Bundle noInterpreter = bundle(Map.of("main.sh", "#!/no/such/shell\n"));
        assertThat(run(noInterpreter, AMPLE).exit()).isIn(126, 127);
        Bundle damaged = new Bundle(GROUP, "", new TreeMap<>(Map.of("main.sh", "***")));
        assertThat(run(damaged, AMPLE).exit()).isEqualTo(126);
        assertThat(printed()).contains("'main.sh' is damaged");
    }

    @Test
    void textIsDecodedLeniently() {
        run("printf 'caf\\303'; sleep 0.2; printf '\\251 \\377 llyfr\\n'");
        assertThat(printed()).isEqualTo("café \ufffd llyfr\n");
    }

    @Test
    void outputBeyondTheBoundIsDrainedButNotPassedOn() {
        Ended ended =
                run("i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678; i=$((i+1)); done");
        assertThat(ended.exit()).isZero();
        assertThat(printed())
                .hasSizeLessThan(20_200)
                .endsWith("\n[what was printed beyond 20000 characters is not kept]\n");
    }

    @Test
    void consumerThatFailsDoesNotStopTheScript() {
        Ended ended =
                runner.run(
                        bundle("echo one; sleep 0.2; echo two; exit 5"),
                        new Call("main.sh", List.of(), Map.of(), Map.of()),
                        AMPLE,
                        _ -> {
                            throw new IllegalStateException("full");
                        });
        assertThat(ended.exit()).isEqualTo(5);
    }

    @Test
    void scriptGetsAChanceToTidyUpAtItsDeadline() {
        Ended ended =
                runner.run(
                        bundle(
                                "trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05;"
                                        + " done"),
                        new Call("main.sh", List.of(), Map.of(), Map.of()),
                        SHORT,
                        pieces::add);
        assertThat(ended).returns(-1, Ended::exit).returns(true, Ended::timedOut);
        assertThat(printed()).contains("up\n", "tidied\n");
    }

    @Test
    void deadlineEndsChildrenThatIgnoreSignalsLeaveTheSessionOrShedTheirEnvironment() {
        Ended ended =
                run(
                        bundle(
                                """
                                trap '' TERM
                                sh -c 'trap "" TERM; echo pid=$$; while :; do sleep 1; done' &
                                setsid sh -c 'echo pid=$$; exec sleep 1000' &
                                setsid sh -c 'setsid sh -c "echo pid=\\$\\$; exec sleep 1000" & exit' &
                                (env -i /bin/sh -c 'echo pid=$$; exec /bin/sleep 1000' &)
                                echo pid=$$
                                while :; do sleep 1; done
                                """),
                        SHORT);
        assertThat(ended).returns(-1, Ended::exit).returns(true, Ended::timedOut);
        assertThat(printedPids()).hasSize(5).noneMatch(ProcessScriptRunnerTest::alive);
    }

    @Test
    void whatAScriptLeavesInTheBackgroundEndsWithIt() {
        Ended ended =
                run(
                        """
                        setsid sh -c 'echo pid=$$; exec sleep 1000' &
                        (env -i /bin/sh -c 'echo pid=$$; exec /bin/sleep 1000' &)
                        sleep 0.5
                        exit 4
                        """);
        assertThat(ended.exit()).isEqualTo(4);
        assertThat(printedPids()).hasSize(2).noneMatch(ProcessScriptRunnerTest::alive);
    }

    @Test
    void interruptionEndsTheScriptAndStaysVisible() throws Exception {
        boolean[] interrupted = {false};
        Ended[] ended = new Ended[1];
        Thread caller =
                Thread.ofVirtual()
                        .start(() -> {
                            ended[0] = run("echo pid=$$; exec sleep 1000");
                            interrupted[0] = Thread.currentThread().isInterrupted();
                        });
        await().until(() -> printed().contains("\n"));
        caller.interrupt();
        caller.join();
        assertThat(ended[0]).returns(-1, Ended::exit).returns(false, Ended::timedOut);
        assertThat(interrupted[0]).isTrue();
        assertThat(printedPids()).hasSize(1).noneMatch(ProcessScriptRunnerTest::alive);
    }

    @Test
    void closingEndsWhatRunsAndStartsNoMore() throws Exception {
        try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Ended> ended = side.submit(() -> run("echo pid=$$; exec sleep 1000"));
            await().until(() -> printed().contains("\n"));
            runner.close();
            assertThat(ended.get().exit()).isEqualTo(-1);
        }
        assertThat(printedPids()).hasSize(1).noneMatch(ProcessScriptRunnerTest::alive);
        assertThat(run("echo ran").exit()).isEqualTo(126);
        assertThat(printed()).doesNotContain("ran").contains("this node is stopping");
    }

    @Test
    void manyScriptsStartSideBySide() throws Exception {
        try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Ended>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(side.submit(() -> run("exit 7")));
            }
            for (Future<Ended> one : all) {
                assertThat(one.get().exit()).as(printed()).isEqualTo(7);
            }
        }
    }

    @Test
    void folderInUseIsRefusedInOneSentence() {
        assertThatThrownBy(() -> ProcessScriptRunner.open(ScriptSettings.in(work)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the script folder " + work + " is in use: give each node its own");
    }

    @Test
    void scriptThatOutlivedItsNodeIsEndedAtTheNextStart() throws Exception {
        Path folder = work.resolve("node");
        Process node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                DoomedNode.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();
        String line = node.inputReader().readLine();
        assertThat(line).matches("pid=\\d+");
        long orphan = Long.parseLong(line.substring(4));
        node.destroyForcibly().waitFor();
        assertThat(alive(orphan)).isTrue();

        ProcessScriptRunner.open(ScriptSettings.in(folder)).close();

        assertThat(alive(orphan)).isFalse();
        assertThat(folder.resolve("attempts")).isEmptyDirectory();
    }

    private static final GroupId GROUP = new GroupId("catalogue");

    private ScriptSettings settings(Duration grace) {
        return new ScriptSettings(work, ScriptSettings.in(work).searchPath(), grace, 20_000);
    }

    private Ended run(String script) {
        return run(bundle(script), AMPLE);
    }

    private Ended run(Bundle bundle, Duration timeout) {
        return runner.run(
                bundle, new Call("main.sh", List.of(), Map.of(), Map.of()), timeout, pieces::add);
    }

    static Bundle bundle(String script) {
        return bundle(Map.of("main.sh", "#!/bin/sh\n" + script));
    }

    private static Bundle bundle(Map<String, String> files) {
        TreeMap<String, String> encoded = new TreeMap<>();
        files.forEach((path, content) ->
                encoded.put(
                        path,
                        Base64.getEncoder()
                                .encodeToString(content.getBytes(StandardCharsets.UTF_8))));
        return new Bundle(GROUP, "", encoded);
    }

    private List<Path> leftFolders() throws IOException {
        try (Stream<Path> left = Files.list(work.resolve("attempts"))) {
            return left.toList();
        }
    }

    private String printed() {
        return String.join("", pieces);
    }

    private List<Long> printedPids() {
        return PID.matcher(printed())
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }

    /** A zombie that nobody has collected yet is not alive. */
    private static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
