package adfer.adapter.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Three processes, killed without warning again and again while they write. */
class CrashIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KILLS = 9;

    @TempDir Path root;

    private final Map<String, String> peers = new TreeMap<>(Cluster.freePeers(3));
    private final Map<String, Child> children = new TreeMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Random random = new Random(Long.getLong("adfer.crash.seed", 2026));
    private int written;

    @AfterEach
    void killAll() {
        children.values().forEach(Child::kill);
    }

    @Test
    @Timeout(300)
    void whatWasAcknowledgedIsAtEveryNodeInOneOrderWhoeverIsKilled() throws IOException {
        for (var id : peers.keySet()) {
            children.put(id, new Child(id));
        }
        writeUntilAcknowledged(200);
        for (var i = 0; i < KILLS; i++) {
            var victim = List.copyOf(peers.keySet()).get(random.nextInt(peers.size()));
            write(50);
            child(victim).kill();
            writeUntilAcknowledged(50 + random.nextInt(200));
            children.put(victim, new Child(victim));
            if (random.nextBoolean()) {
                writeUntilAcknowledged(100);
            }
        }
        writeUntilAcknowledged(10);
        children.values().forEach(Child::awaitStarted);

        var dumps = new TreeMap<String, List<String>>();
        var promised = Set.copyOf(acknowledged);
        children.forEach((id, child) -> dumps.put(id, child.dump()));
        var any = dumps.firstEntry().getValue();
        assertThat(any).doesNotHaveDuplicates();
        assertThat(new HashSet<>(any)).containsAll(promised);
        dumps.forEach((id, entries) ->
                assertThat(common(entries, any)).as(id).isEqualTo(common(any, entries)));
    }

    /** A barrier at one node may see a little more than at another. */
    private static List<String> common(List<String> entries, List<String> other) {
        return entries.subList(0, Math.min(entries.size(), other.size()));
    }

    private Child child(String id) {
        return java.util.Objects.requireNonNull(children.get(id));
    }

    private void write(int count) {
        for (var i = 0; i < count; i++) {
            var at = List.copyOf(children.values()).get(random.nextInt(children.size()));
            at.say("write e" + written++ + "-" + "x".repeat(random.nextInt(300)));
        }
    }

    private void writeUntilAcknowledged(int count) {
        var goal = acknowledged.size() + count;
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    write(10);
                    assertThat(acknowledged.size()).as(this::nodes).isGreaterThanOrEqualTo(goal);
                });
    }

    /** What each node said last, for whoever reads that this test failed. */
    private String nodes() {
        return children.entrySet().stream()
                .map(e ->
                        e.getKey()
                                + ": "
                                + e.getValue().lastWords(root.resolve(e.getKey() + ".err")))
                .collect(Collectors.joining("\n"));
    }

    /** One node's process and what it printed. */
    private final class Child {
        private final Process process;
        private final PrintStream in;
        private final List<String> printed = new CopyOnWriteArrayList<>();

        Child(String id) throws IOException {
            var list =
                    peers.entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining(","));
            var command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx192m",
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-cp",
                                    System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path")),
                                    NodeProcess.class.getName()));
            command.addAll(List.of(id, list, root.resolve(id).toString()));
            process =
                    new ProcessBuilder(command)
                            .redirectError(
                                    ProcessBuilder.Redirect.appendTo(
                                            new File(root.toFile(), id + ".err")))
                            .start();
            in = new PrintStream(process.getOutputStream(), true, UTF_8);
            Thread.ofVirtual().start(this::listen);
        }

        private void listen() {
            try (var out = process.inputReader(UTF_8)) {
                for (var line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("acknowledged ")) {
                        acknowledged.add(line.substring("acknowledged ".length()));
                    } else {
                        printed.add(line);
                    }
                }
            } catch (IOException e) {
                // killed in the middle of a line
            }
        }

        String lastWords(Path errors) {
            var state = process.isAlive() ? "runs" : "ended with " + process.exitValue();
            try {
                var lines = Files.readAllLines(errors);
                return "%s, printed %s%n%s"
                        .formatted(
                                state,
                                printed,
                                String.join(
                                        System.lineSeparator(),
                                        lines.subList(
                                                Math.max(0, lines.size() - 40), lines.size())));
            } catch (IOException e) {
                return state + ", and its errors can't be read: " + e.getMessage();
            }
        }

        void say(String line) {
            in.println(line);
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        void awaitStarted() {
            await().atMost(PATIENCE).until(() -> printed.contains("started"));
        }

        List<String> dump() {
            say("dump");
            await().atMost(PATIENCE)
                    .until(() -> printed.stream().anyMatch(l -> l.startsWith("applied again ")));
            assertThat(printed).contains("applied again 0");
            return printed.stream()
                    .filter(line -> line.startsWith("entry "))
                    .map(line -> line.substring("entry ".length()))
                    .toList();
        }
    }
}
