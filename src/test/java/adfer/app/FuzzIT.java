package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.app.AccessMatrix.Row;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Malformed requests at a whole node: some thousands in each build, and {@code -Dfuzz.cases=100000}
 * as many as that. What {@code -Dfuzz.seed} and {@code -Dfuzz.first} name comes again as it was.
 */
class FuzzIT {
    private static final int CASES = Integer.getInteger("fuzz.cases", 5_000);
    private static final int FIRST = Integer.getInteger("fuzz.first", 0);
    private static final long SEED = Long.getLong("fuzz.seed", 4);
    private static final int AT_ONCE = 4;

    /** What an answer tells nobody: how Adfer is made. */
    private static final Pattern INSIDES =
            Pattern.compile(
                    "Exception|\\tat |\\b(adfer|java|javax|jakarta|org|com|io)\\.[a-z]+\\.\\w");

    private static final Pattern OPEN =
            Pattern.compile(
                    "/(login(/openid(/start)?)?|logout|healthcheck|assets/.*|api/v1/session(/device(/standing)?)?|api/v1/setup)/?");

    @TempDir static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static TestCluster cluster;

    private final AtomicInteger next = new AtomicInteger(FIRST);
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicInteger> statuses =
            new java.util.concurrent.ConcurrentSkipListMap<>();

    @BeforeAll
    @Timeout(400)
    static void start() throws IOException {
        cluster = TestCluster.published(folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Timeout(3_600)
    void nothingThatIsSentBreaksOrOpensANode() throws Exception {
        List<Row> rows = AccessMatrix.rows("7k2m9x", "{\"yaml\":\"runbook: mail\",\"files\":{}}");
        Fuzz fuzz = new Fuzz(rows, cluster.people().credential("shift"), SEED);
        long begun = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new java.util.ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(threads.submit(() -> ask(fuzz)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        System.out.printf(
                "%d cases of seed %d in %d s: %s%n",
                CASES,
                SEED,
                Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                new TreeMap<>(statuses));
        assertThat(wrong).isEmpty();
        assertThat(statuses.keySet()).as("some were understood").contains(200, 400, 401, 404);
        cluster.await("the node is well", () -> cluster.healthy("a", "b"));
        assertThat(cluster.overview().activeRuns()).isEmpty();
    }

    private void ask(Fuzz fuzz) {
        try (RawHttp http = new RawHttp(URI.create(cluster.url("b1")).getPort())) {
            int number = next.getAndIncrement();
            while (number < FIRST + CASES && wrong.size() < 20) {
                ask(http, fuzz.make(number), number);
                number = next.getAndIncrement();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void ask(RawHttp http, Fuzz.Case it, int number) {
        try {
            RawHttp.Answer answer = http.send(it.method(), it.bytes());
            statuses.computeIfAbsent(answer.status(), ignored -> new AtomicInteger())
                    .incrementAndGet();
            objection(it, answer).ifPresent(why -> tell(it, number, why + answer));
        } catch (IOException e) {
            tell(it, number, "no answer: " + e);
        }
    }

    private void tell(Fuzz.Case it, int number, String why) {
        String sent = new String(it.bytes(), StandardCharsets.ISO_8859_1);
        wrong.add(
                "case "
                        + number
                        + ": "
                        + why.substring(0, Math.min(why.length(), 1_500))
                        + "\n"
                        + sent.substring(0, Math.min(sent.length(), 800)));
    }

    private static Optional<String> objection(Fuzz.Case it, RawHttp.Answer answer) {
        boolean unavailable =
                answer.status() == 503
                        && (answer.type().startsWith("application/problem+json")
                                || bare(it.path()).matches("/healthcheck/?"));
        if (answer.status() >= 500 && !unavailable) {
            return Optional.of("an error of Adfer's own: ");
        }
        if (answer.status() >= 300 && INSIDES.matcher(answer.body()).find()) {
            return Optional.of("insides are shown: ");
        }
        if (answer.status() < 300 && !it.known() && !open(it.path())) {
            return Optional.of("let in: ");
        }
        return Optional.empty();
    }

    private static boolean open(String path) {
        return OPEN.matcher(bare(path)).matches();
    }

    /** As the node understands it; nothing where it can't. */
    private static String bare(String path) {
        String bare = path.replaceFirst("\\?.*", "").replaceAll(";[^/]*", "").replaceAll("/+", "/");
        try {
            return URLDecoder.decode(bare, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
