package adfer.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The shipped scripts, run by bash against a server that answers as a guest does. */
class ShippedScriptsTest {
    private static final Path RUNBOOKS = Path.of("runbooks").toAbsolutePath();

    @TempDir Path home;
    private HttpServer guest;
    private volatile String role = "";

    @BeforeEach
    void startGuest() throws IOException {
        guest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        guest.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    if (exchange.getRequestMethod().equals("POST") && path.startsWith("/role/")) {
                        role = path.substring("/role/".length());
                    }
                    byte[] body =
                            ("{\"vm\":\"x\",\"site\":\"b\",\"role\":\"" + role + "\"}\n")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        guest.start();
    }

    @AfterEach
    void stopGuest() {
        guest.stop(0);
    }

    /** Ports are part of the scripts, so each is run with the guest's in their place. */
    private int run(String script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path copy = home.resolve("copy");
        Path source = Objects.requireNonNull(RUNBOOKS.resolve(script).getParent());
        Files.createDirectories(copy);
        for (String name : new String[] {"http.sh", Path.of(script).getFileName().toString()}) {
            String text = Files.readString(source.resolve(name));
            String port = " " + guest.getAddress().getPort() + " ";
            Files.writeString(copy.resolve(name), text.replaceAll(" (8008|6081|9000) ", port));
        }
        ProcessBuilder builder =
                new ProcessBuilder("bash", Path.of(script).getFileName().toString());
        builder.command().addAll(java.util.List.of(arguments));
        builder.directory(copy.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("ADFER_TARGET", "b");
        Process process =
                builder.redirectErrorStream(true)
                        .redirectOutput(home.resolve("output").toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void promotingIsObservedAndCanBeTakenBack() throws Exception {
        Map<String, String> database = Map.of("DATABASE", "127.0.0.1");
        for (String runbook : new String[] {"library-catalogue", "digitised-collections"}) {
            String scripts = runbook + "/scripts/";
            assertThat(run(scripts + "is-primary.sh", database)).isNotZero();
            assertThat(run(scripts + "promote.sh", database)).isZero();
            assertThat(run(scripts + "is-primary.sh", database)).isZero();
            assertThat(run(scripts + "demote.sh", database)).isZero();
            assertThat(run(scripts + "is-primary.sh", database)).isNotZero();
        }
    }

    @Test
    void cachesArePurged() throws Exception {
        Map<String, String> caches = Map.of("CACHES", "127.0.0.1 localhost");
        assertThat(run("web-site/scripts/is-purged.sh", caches)).isNotZero();
        assertThat(run("web-site/scripts/purge.sh", caches)).isZero();
        assertThat(run("web-site/scripts/is-purged.sh", caches)).isZero();
    }

    @Test
    void mostStoresMustAgree() throws Exception {
        String script = "digitised-collections/scripts/stores-agree.sh";
        assertThat(run(script, Map.of(), "127.0.0.1", "localhost", "127.0.0.2")).isZero();
        assertThat(run(script, Map.of(), "127.0.0.1", "127.0.0.3", "127.0.0.2")).isEqualTo(1);
    }

    @Test
    void whoDoesNotAnswerIsNotPromoted() throws Exception {
        Map<String, String> nobody = Map.of("DATABASE", "127.0.0.9");
        assertThat(run("library-catalogue/scripts/promote.sh", nobody)).isNotZero();
        assertThat(run("library-catalogue/scripts/is-primary.sh", nobody)).isNotZero();
        assertThat(run("library-catalogue/scripts/demote.sh", nobody)).isZero();
    }
}
