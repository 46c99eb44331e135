package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.cli.ExitCode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code adfer certs}: what it makes of a configuration, and what it leaves alone. */
class CertsCommandTest {
    @TempDir Path folder;

    private Path config = Path.of("");
    private Path certs = Path.of("");

    private record Said(int code, String out, String err) {}

    @BeforeEach
    void write() throws IOException {
        certs = folder.resolve("certs");
        config =
                Files.writeString(
                        folder.resolve("config.yml"),
                        """
                        cluster: test
                        nodes:
                          a1: { site: a, log: "10.77.1.1:7101", http: "https://a1.example.org:8101" }
                          b1: { site: b, log: "b1.example.org:7101", http: "https://b1.example.org" }
                        guards:
                          a: { a-host-1: { address: "10.77.1.11:7401", data: /var/lib/adfer-guard } }
                        what: concerns others
                        """);
    }

    @Test
    void everybodyInTheConfigurationGetsACertificateForItsHosts() {
        Said made = certs(config.toString());
        assertThat(made.code()).isZero();
        assertThat(made.out())
                .contains("Made the authority")
                .contains("a1.crt and its key, for 10.77.1.1, a1.example.org, until ")
                .contains("b1.crt and its key, for b1.example.org, until ")
                .contains("guard-a-host-1.crt and its key, for 10.77.1.11, until ");
        assertThat(certs("show").out())
                .containsPattern("authority +20\\d\\d-\\d\\d-\\d\\d +36[45]\\d days")
                .containsPattern("a1 +20\\d\\d-\\d\\d-\\d\\d +396 days +10.77.1.1, a1.example.org");
    }

    @Test
    void whatIsThereIsLeftAlone() throws IOException {
        certs(config.toString());
        byte[] authority = Files.readAllBytes(certs.resolve("authority.key"));
        byte[] key = Files.readAllBytes(certs.resolve("a1.key"));
        Files.delete(certs.resolve("b1.crt"));
        assertThat(certs(config.toString()).out())
                .contains("b1.crt")
                .doesNotContain("authority", "a1.crt");
        assertThat(certs(config.toString()).out())
                .contains("Each of the 3 nodes and guards has a certificate");
        assertThat(Files.readAllBytes(certs.resolve("authority.key"))).isEqualTo(authority);
        assertThat(Files.readAllBytes(certs.resolve("a1.key"))).isEqualTo(key);
    }

    @Test
    void oneCertificateIsRenewed() throws IOException {
        certs(config.toString());
        byte[] a1 = Files.readAllBytes(certs.resolve("a1.crt"));
        byte[] b1 = Files.readAllBytes(certs.resolve("b1.crt"));
        Said renewed = certs("renew", "a1", config.toString(), "--days", "10");
        assertThat(renewed.code()).isZero();
        assertThat(Files.readAllBytes(certs.resolve("a1.crt"))).isNotEqualTo(a1);
        assertThat(Files.readAllBytes(certs.resolve("b1.crt"))).isEqualTo(b1);
        assertThat(certs("show").out()).containsPattern("a1 +\\S+ +9 days");
    }

    @Test
    void whoIsUnknownIsToldWhoThereIs() {
        certs(config.toString());
        Said said = certs("renew", "c1", config.toString());
        assertThat(said.code()).isEqualTo(ExitCode.USAGE);
        assertThat(said.err())
                .contains("has no 'c1', only a1, b1, guard-a-host-1.")
                .doesNotContain("\tat ");
    }

    @Test
    void withoutAnAuthorityNothingIsRenewed() {
        Said said = certs("renew", "a1", config.toString());
        assertThat(said.code()).isNotZero();
        assertThat(said.err()).contains("authority.crt does not exist").doesNotContain("\tat ");
        assertThat(certs("show").err()).contains("There is no folder");
    }

    @Test
    void wrongConfigurationIsOneSentence() throws IOException {
        Files.writeString(config, "nodes: { a1: { log: nowhere } }");
        assertThat(certs(config.toString()).err()).contains("nodes.a1.log", "host:port");
        assertThat(certs(folder.resolve("none.yml").toString()).err()).contains("none.yml");
    }

    private Said certs(String... arguments) {
        List<String> words = new ArrayList<>(List.of("certs"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--folder", certs.toString()));
        StringWriter err = new StringWriter();
        PrintStream usual = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code =
                    Main.commandLine()
                            .setErr(new PrintWriter(err))
                            .execute(words.toArray(String[]::new));
            return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(usual);
        }
    }
}
