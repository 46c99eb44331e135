package adfer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import adfer.kernel.RunId;
import adfer.service.Views;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Against a node that knows one wish, in a time that passes while the command rests. */
class SecondPersonTest {
    private static final RunId RUN = new RunId("7k2m9xq4");
    private static final Instant ASKED = Instant.parse("2026-03-01T02:00:00Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private volatile Duration now = Duration.ZERO;

    /** When the wish waits no more, when the run is there, and when nobody answers any more. */
    private volatile Duration gone = Duration.ofMinutes(15);

    private volatile Duration begins = Duration.ofDays(1);
    private volatile Duration silent = Duration.ofDays(1);
    private volatile int otherwise = 503;

    @SuppressWarnings("NullAway.Init")
    private HttpServer node;

    @BeforeEach
    void start() throws IOException {
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext(
                "/api/v1/",
                exchange -> {
                    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(
                            status(exchange.getRequestURI().getPath()), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
    }

    private int status(String path) {
        if (now.compareTo(silent) >= 0) {
            return otherwise;
        }
        return switch (path) {
            case "/api/v1/wishes/w7" -> now.compareTo(gone) < 0 ? 200 : 404;
            case "/api/v1/runs/7k2m9xq4" -> now.compareTo(begins) < 0 ? 404 : 200;
            default -> 200;
        };
    }

    private RunId begun() {
        Views.WishView wish =
                new Views.WishView(
                        "w7",
                        "ann",
                        "failover of mail",
                        "",
                        "failover mail to b",
                        ASKED,
                        ASKED.plus(Duration.ofMinutes(15)),
                        Optional.of(RUN),
                        Optional.empty(),
                        Optional.empty(),
                        "ann waits for a second person. bob may confirm it: ./adfer wishes confirm"
                                + " w7.");
        return new SecondPerson(
                        new Client(List.of("http://127.0.0.1:" + node.getAddress().getPort()), "x"),
                        new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false),
                        new WaitsException(wish),
                        () -> now.toNanos(),
                        time -> now = now.plus(time))
                .begun();
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whoCanConfirmItHowAndHowLongIsSaidAtOnceAndEachMinute() {
        gone = Duration.ofSeconds(150);
        begins = gone;
        assertThat(begun()).isEqualTo(RUN);
        assertThat(lines())
                .containsExactly(
                        "? ann waits for a second person. bob may confirm it: ./adfer wishes"
                                + " confirm w7.",
                        "It waits for 15 min. Ctrl-C ends only this command; to take it back:"
                                + " ./adfer wishes withdraw w7",
                        "Still waiting for a second person, for 14 min more: ./adfer wishes"
                                + " confirm w7",
                        "Still waiting for a second person, for 13 min more: ./adfer wishes"
                                + " confirm w7");
    }

    @Test
    void nobodyHavingConfirmedItInTimeIsToldFromItsWithdrawal() {
        assertThatThrownBy(this::begun)
                .isInstanceOfSatisfying(
                        CliException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.REFUSED))
                .hasMessage(
                        "Nobody has confirmed it within 15 min, so nothing was started. Ask for it"
                                + " anew.");
        assertThat(lines()).hasSize(2 + 14).last().asString().contains("for 1 min more");
        now = Duration.ZERO;
        gone = Duration.ofMinutes(3);
        assertThatThrownBy(this::begun)
                .hasMessageStartingWith("It was withdrawn,")
                .hasMessageContaining("nothing was started")
                .hasMessageEndingWith("./adfer audit w7");
    }

    /** Nodes may be away for a while, and nobody knows then what came of it. */
    @Test
    void nothingIsSaidToBeSoThatIsNotKnown() {
        silent = Duration.ofMinutes(2);
        assertThatThrownBy(this::begun)
                .isInstanceOfSatisfying(
                        CliException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNREACHABLE))
                .hasMessageEndingWith(
                        "Whether somebody has confirmed it isn't known here: ./adfer run list will"
                                + " say.");
        assertThat(now).isBetween(Duration.ofMinutes(16), Duration.ofMinutes(17));
    }

    @Test
    void whoseSessionEndsIsToldThatItWaitsOn() {
        silent = Duration.ofMinutes(5);
        otherwise = 401;
        assertThatThrownBy(this::begun)
                .isInstanceOfSatisfying(
                        CliException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_SIGNED_IN))
                .hasMessageEndingWith(
                        "It still waits, for 10 min: whoever confirms it until then starts it. To"
                                + " take it back: ./adfer wishes withdraw w7");
    }
}
