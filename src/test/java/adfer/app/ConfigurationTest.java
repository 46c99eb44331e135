package adfer.app;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.app.AdferConfiguration.HypervisorSettings;

import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shipped configuration, and what is said about a wrong one. */
class ConfigurationTest {
    private static final Path SHIPPED = Path.of("config.yml");

    @TempDir Path folder;

    @Test
    void shippedConfigurationIsValidAndMakesSense() throws Exception {
        AdferConfiguration shipped =
                new YamlConfigurationFactory<>(
                                AdferConfiguration.class,
                                Validators.newValidator(),
                                Jackson.newObjectMapper(),
                                "dw")
                        .build(
                                new SubstitutingSourceProvider(
                                        new FileConfigurationSourceProvider(),
                                        new EnvironmentVariableSubstitutor(false)),
                                SHIPPED.toString());
        Settings settings = new Settings(shipped, Transport.of(shipped));
        assertThat(settings.topology().nodes()).hasSize(3);
        assertThat(shipped.getServerFactory()).isNotNull();
    }

    @Test
    void everyKeyIsExplainedInTheShippedFile() throws Exception {
        String text = Files.readString(SHIPPED);
        List<Field> keys =
                Stream.concat(
                                Stream.of(AdferConfiguration.class),
                                Arrays.stream(AdferConfiguration.class.getDeclaredClasses()))
                        .filter(type -> !type.isEnum())
                        .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .toList();
        assertThat(keys).hasSizeGreaterThan(40);
        assertThat(keys)
                .filteredOn(key ->
                        !Pattern.compile("(?m)(^[ #]*|[{,] *)" + key.getName() + ":")
                                .matcher(text)
                                .find())
                .isEmpty();
    }

    @Test
    void simulatedIsTheDefaultHypervisor() {
        assertThat(new HypervisorSettings().type)
                .isEqualTo(AdferConfiguration.HypervisorType.simulated);
    }

    /** One thing in a good configuration is replaced by something wrong. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    cluster: test          | clutser: test           | bad.yml | no key clutser. Did you mean cluster
                    cluster: test          | cluster: ''             | bad.yml | cluster
                    node: a1               | node: a9                | a9      | a1, b1, w1
                    node: a1               | node: ''                | bad.yml | node
                    role: witness          | role: spectator         | bad.yml | sites.w.role: expected Role
                    sweepEvery: 2s         | sweepEvery: often       | bad.yml | inventory.sweepEvery: Invalid duration: often
                    sweepEvery: 2s         | sweepEvrey: 2s          | bad.yml | sweepEvrey
                    site: b,               | site: z,                | b1      | z
                    a-key-for-tests-only   | short                   | mesh.key | 16 characters
                    a-key-for-tests-only   | "env:"                  | mesh.key | env:NAME
                    a-key-for-tests-only   | env:ADFER_NO_SUCH_KEY   | mesh.key | env:ADFER_NO_SUCH_KEY is not set.
                    a-key-for-tests-only   | file:/etc/hostname      | mesh.key | is open to everybody
                    vcpus: 16              | vcpus: 0                | bad.yml | vcpus
                    vcpus: 16              | vcpus: many            | bad.yml | vcpus
                    fleet.csv              | none.csv                | fleet   | none.csv
                    otherAfter: 1s         | otherAfter: 1s, interval: 0s | mesh.interval | 0
                    node: a1               | node: a1, notify: { webhooks: { oncall: { url: "http://pager.example.org/x" } } } | notify.webhooks.oncall.url | https
                    node: a1               | node: a1, notify: { webhooks: { oncall: { url: "https://me:word@pager.example.org/x" } } } | notify.webhooks.oncall.url | without a password
                    node: a1               | node: a1, notify: { webhooks: { oncall: { url: "https://pager.example.org/x", token: letmein } } } | notify.webhooks.oncall.token | never the secret itself
                    node: a1               | node: a1, notify: { webhooks: { oncall: { url: "file:/none/at/all" } } } | notify.webhooks.oncall.url | /none/at/all
                    node: a1               | node: a1, notify: { mails: { shift: { server: mail.example.org, from: a@b.org, to: [c@d.org] } } } | notify.mails.shift.server | host:port
                    node: a1               | node: a1, notify: { mails: { shift: { server: "mail.example.org:25", from: a@b.org, to: [nobody] } } } | notify.mails.shift.to | shift@example.org
                    node: a1               | node: a1, notify: { mails: { shift: { server: "mail.example.org:25", tls: none, from: a@b.org, to: [c@d.org], user: u, password: "file:/etc/hostname" } } } | notify.mails.shift | starttls
                    node: a1               | node: a1, reconcile: { stop: 20s } | reconcile.stop | longer than reconcile.graceful
                    node: a1               | node: a1, reconcile: { within: 100s } | reconcile.within | 60 s more than reconcile.stop
                    node: a1               | node: a1, notify: { timeout: 0s } | notify.timeout | more than 0
                    bindHost: 127.0.0.1    | bindHost: not.a.host.invalid | not.a.host.invalid |
                    """)
    void wrongConfigurationIsOneClearSentence(String good, String bad, String place, String what)
            throws Exception {
        TestCluster cluster = TestCluster.unstarted(folder);
        String text = cluster.config("a1");
        assertThat(text).contains(good);
        assertRefused(
                text.replace(good, bad.replaceAll(", (notify|reconcile):", "\n$1:")),
                place,
                what == null ? "" : what);
    }

    /** Others could listen, or nobody would understand this node. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    type: http, bindHost: 127.0.0.1 | type: http, bindHost: 0.0.0.0 | server.connector | tls.allowPlainHttp
                    type: http, bindHost: 127.0.0.1 | type: http                    | server.connector | every address
                    type: http, bindHost: 127.0.0.1 | type: tls, bindHost: 127.0.0.1 | server.connector | certificate and its key
                    type: http, bindHost: 127.0.0.1 | type: tls, certificate: x.crt, bindHost: 127.0.0.1 | server.connector | certificate and key go together
                    node: a1                        | tls: { folder: nowhere }, node: a1 | nowhere/a1.crt | does not exist
                    """)
    void unsecuredDoorIsRefusedInOneSentence(String good, String bad, String place, String what)
            throws Exception {
        String text = TestCluster.unstarted(folder).config("a1");
        assertThat(text).contains(good);
        assertRefused(text.replace(good, bad.replace(", node: a1", "\nnode: a1")), place, what);
    }

    @Test
    void certificateForAnotherHostIsRefusedAtTheStart() throws Exception {
        String text = TestCluster.secured(folder).config("a1");
        assertRefused(
                text.replaceFirst("log: \"127.0.0.1:", "log: \"127.0.0.77:"),
                "a1.crt",
                "is for 127.0.0.1, not for 127.0.0.77");
    }

    @ParameterizedTest
    @CsvSource({
        "one: \"127.0.0.1, one: \"127.0.0.1:x, nodes.a1.paths.one, host:port",
        "log: \"127.0.0.1, log: \"nowhere, nodes.a1.log, host:port",
        "http: \"http://127.0.0.1, http: \"gopher://127.0.0.1, nodes.a1.http, http://"
    })
    void wrongAddressIsNamed(String good, String bad, String place, String what) throws Exception {
        String text = TestCluster.unstarted(folder).config("a1");
        Pattern address = Pattern.compile(Pattern.quote(good) + "[^\"]*");
        assertRefused(address.matcher(text).replaceFirst(bad), place, what);
    }

    @Test
    void keyItselfIsRefusedOnceAnythingLeavesTheMachine() throws Exception {
        String text = TestCluster.unstarted(folder).config("a1");
        for (String address : List.of("one: \"127.0.0.1", "log: \"127.0.0.1")) {
            assertRefused(
                    text.replaceFirst(address, address.replace("127.0.0.1", "10.77.1.1")),
                    "mesh.key",
                    "file:/etc/adfer/mesh.key");
        }
        assertRefused(
                text + "guards: { a: { a-host-1: { address: \"10.77.1.1:7401\" } } }\n",
                "mesh.key",
                "file:/etc/adfer/mesh.key");
    }

    @Test
    void takenPortIsNamed() throws Exception {
        TestCluster cluster = TestCluster.unstarted(folder);
        int port = Integer.parseInt(cluster.url("a1").replaceAll(".*:", ""));
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertRefused(cluster.config("a1"), String.valueOf(port), "");
        }
    }

    @Test
    void missingFileIsNamed() throws Exception {
        Outcome outcome = serve(folder.resolve("none.yml"));
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains("none.yml").doesNotContain("\tat ");
    }

    private void assertRefused(String text, String place, String what) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.yml"), text);
        Outcome outcome = serve(file);
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err())
                .startsWith("adfer: ")
                .contains(place, what)
                .doesNotContain("\tat ", "! at", "Exception", "adfer.app", "a-key-for-tests");
        assertThat(outcome.err().lines())
                .allMatch(line -> line.startsWith("adfer: "))
                .hasSizeLessThan(4);
        assertThat(outcome.out()).doesNotContain("! at", "\tat ");
    }

    private record Outcome(int code, String out, String err) {}

    private static Outcome serve(Path file) throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            int code = new AdferApplication().serve(file.toString());
            return new Outcome(
                    code,
                    said.toString(StandardCharsets.UTF_8),
                    complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
