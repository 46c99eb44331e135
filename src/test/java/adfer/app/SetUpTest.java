package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.adapter.json.Mappers;
import adfer.adapter.store.H2Ledger;
import adfer.service.Replica;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** How the first person gets from the token in a node's folder to being there. */
class SetUpTest {
    private static final String TOKEN = "a-long-random-text";

    @TempDir Path folder;

    @Test
    void firstStartNamesTheFileAndPrintsNoToken() throws Exception {
        Path file = folder.resolve("setup-token");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (H2Ledger ledger = H2Ledger.open(folder.resolve("adfer"), 8, new JacksonCodec());
                SetUpToken token =
                        new SetUpToken(
                                file,
                                new Replica(ledger, new JacksonCodec()),
                                () -> true,
                                "https://a1.example.org",
                                () -> TOKEN)) {
            token.watch();
            await().until(() -> printed.toString(StandardCharsets.UTF_8).contains("setup-token"));
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .contains("./adfer setup --url https://a1.example.org --name YOU --token-file ")
                    .contains(file.toString())
                    .doesNotContain(TOKEN);
            assertThat(token.shown()).contains(TOKEN);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void tokenIsReadFromItsFile() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        JsonNode asked = askedBy("correct horse battery\n", "--token-file", file.toString());
        assertThat(asked.get("token").asText()).isEqualTo(TOKEN);
        assertThat(asked.get("password").asText()).isEqualTo("correct horse battery");
    }

    @Test
    void tokenIsReadFromTheFirstLineOfStandardInput() throws Exception {
        JsonNode asked = askedBy(TOKEN + "\ncorrect horse battery\n");
        assertThat(asked.get("token").asText()).isEqualTo(TOKEN);
        assertThat(asked.get("password").asText()).isEqualTo("correct horse battery");
    }

    @Test
    void fileThatIsNotThereIsASentence() {
        Said said = Said.by("setup", "--name", "jane", "--token-file", folder + "/none");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("can't be read from").doesNotContain("Exception");
    }

    /** What a node is asked by {@code adfer setup}. */
    private static JsonNode askedBy(String typed, String... options) throws Exception {
        List<byte[]> bodies = new ArrayList<>();
        HttpServer node =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext(
                "/api/v1/setup",
                exchange -> {
                    bodies.add(exchange.getRequestBody().readAllBytes());
                    byte[] answer =
                            """
                            {"name":"jane","title":"","grants":["admin"],"password":true,
                             "disabled":false,"sealed":false,"validFrom":"2026-11-27T03:00:00Z"}
                            """
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        node.start();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            List<String> words = new ArrayList<>(List.of("setup", "--name", "jane", "--url"));
            words.add("http://127.0.0.1:" + node.getAddress().getPort());
            words.addAll(List.of(options));
            Said said = Said.by(words.toArray(String[]::new));
            assertThat(said.err()).isEmpty();
            assertThat(said.out()).contains("jane is admin").doesNotContain(TOKEN);
        } finally {
            System.setIn(before);
            node.stop(0);
        }
        return Mappers.json().readTree(bodies.getFirst());
    }
}
