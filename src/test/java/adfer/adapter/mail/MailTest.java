package adfer.adapter.mail;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.adapter.probe.Certificates;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Notifier.Notice;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Against a mail server of our own that speaks SMTP over a real socket. */
class MailTest {
    private static final Notice NOTICE =
            new Notice(
                    "library",
                    "call-7",
                    List.of("mail: Nothing proves it.\n.\nÄ", "Site a is lost."),
                    Instant.EPOCH);

    private static final String LOGIN =
            Base64.getEncoder().encodeToString("\0adfer\0s3cret".getBytes(StandardCharsets.UTF_8));

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private String refused = "nothing";

    @SuppressWarnings("NullAway.Init")
    private ServerSocket server;

    @SuppressWarnings("NullAway.Init")
    private static SSLContext right;

    @SuppressWarnings("NullAway.Init")
    private static SSLContext ofAnotherHost;

    private SSLContext certificate = right;

    @BeforeAll
    static void certify(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        right = certificates.signed("server", "ip:127.0.0.1", "-1d");
        ofAnotherHost = certificates.signed("other", "ip:127.0.0.9", "-1d");
    }

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                talk(socket);
            } catch (IOException e) {
                heard.add("(hung up)");
            }
        }
    }

    private void talk(Socket accepted) throws IOException {
        Socket socket = accepted;
        BufferedReader in = reader(socket);
        say(socket, "220 sink");
        boolean data = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(line);
            if (data) {
                data = !line.equals(".");
                if (!data) {
                    say(socket, "250 taken");
                }
            } else if (line.startsWith(refused)) {
                say(socket, "550 not here");
            } else if (line.equals("STARTTLS")) {
                say(socket, "220 go on");
                socket = secured(socket);
                in = reader(socket);
            } else if (line.equals("DATA")) {
                data = true;
                say(socket, "354 go on");
            } else {
                say(socket, answer(line));
            }
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket socket =
                (SSLSocket) certificate.getSocketFactory().createSocket(plain, null, 0, true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static String answer(String line) {
        if (line.equals("AUTH PLAIN")) {
            return "334 ";
        }
        return line.equals(LOGIN) ? "235 known" : "250 fine";
    }

    private static void say(Socket socket, String line) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void mailHasTheSentenceWhateverStandsInIt() {
        assertThat(send(Mail.Tls.NONE)).isEmpty();
        assertThat(heard)
                .contains(
                        LOGIN,
                        "MAIL FROM:<adfer@example.org>",
                        "RCPT TO:<one@example.org>",
                        "RCPT TO:<two@example.org>",
                        "Message-ID: <call-7.adfer@example.org>",
                        "Subject: Adfer library (+1): mail: Nothing proves it.?.??");
        String coded =
                String.join("", heard.subList(heard.indexOf("") + 1, heard.lastIndexOf(".")));
        assertThat(new String(Base64.getMimeDecoder().decode(coded), StandardCharsets.UTF_8))
                .startsWith(NOTICE.sentences().getFirst() + "\n\nSite a is lost.")
                .contains("Cluster library");
    }

    @Test
    void mailGoesEncryptedAfterStartTls() {
        assertThat(send(Mail.Tls.STARTTLS)).isEmpty();
        assertThat(heard.subList(heard.indexOf("STARTTLS"), heard.size())).contains(LOGIN);
        assertThat(heard.subList(0, heard.indexOf("STARTTLS")))
                .noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
    }

    @Test
    void serverWithTheCertificateOfAnotherHostGetsNothing() {
        certificate = ofAnotherHost;
        assertThat(send(Mail.Tls.STARTTLS).orElseThrow().sentence())
                .startsWith("The mail server can't be used");
        assertThat(heard).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
    }

    /** GreenMail reads it as people's mail programs do. */
    @Test
    void mailIsWhatAnotherServerUnderstands() throws Exception {
        GreenMail shift = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        shift.setUser("adfer", "s3cret");
        shift.start();
        try {
            assertThat(send(Mail.Tls.NONE, shift.getSmtp().getPort())).isEmpty();
            MimeMessage[] got = shift.getReceivedMessages();
            assertThat(got).as("one for each of two").hasSize(2);
            assertThat(got[0].getFrom()).containsExactly(new InternetAddress("adfer@example.org"));
            assertThat(got[0].getSentDate()).isEqualTo(Date.from(NOTICE.at()));
            assertThat(String.valueOf(got[0].getContent()))
                    .isEqualToNormalizingNewlines(
                            """
                            mail: Nothing proves it.
                            .
                            Ä

                            Site a is lost.

                            Cluster library, 1970-01-01T00:00:00Z. Look with ./adfer status.
                            """);
        } finally {
            shift.stop();
        }
    }

    @Test
    void serverWithoutEncryptionGetsNothing() {
        refused = "STARTTLS";
        assertThat(send(Mail.Tls.STARTTLS).orElseThrow().sentence())
                .isEqualTo(
                        "The mail server refuses the STARTTLS (notify.mails.shift.tls): 550 not"
                                + " here");
        assertThat(heard).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
    }

    @Test
    void whatTheServerRefusesIsTold() {
        refused = "RCPT TO:<two";
        assertThat(send(Mail.Tls.NONE).orElseThrow().sentence())
                .isEqualTo(
                        "The mail server refuses the recipient two@example.org"
                                + " (notify.mails.shift.to): 550 not here");
        refused = "AUTH";
        assertThat(send(Mail.Tls.NONE).orElseThrow().sentence())
                .isEqualTo(
                        "The mail server refuses the user or the password: look at"
                                + " notify.mails.shift.user and password.");
    }

    @Test
    void serverThatIsGoneIsTold() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        assertThat(send(Mail.Tls.NONE, nobody).orElseThrow().sentence())
                .startsWith("The mail server can't be used")
                .endsWith("look at notify.mails.shift.server.");
    }

    private Optional<Problem> send(Mail.Tls tls) {
        return send(tls, server.getLocalPort());
    }

    private static Optional<Problem> send(Mail.Tls tls, int port) {
        return new Mail(
                        "mails.shift",
                        new Mail.Server(
                                "127.0.0.1",
                                port,
                                tls,
                                Optional.of(new Mail.Login("adfer", SecretRef.of("env:MAIL")))),
                        "adfer@example.org",
                        List.of("one@example.org", "two@example.org"),
                        reference -> Result.ok(new Secret("s3cret")),
                        Duration.ofSeconds(5),
                        right)
                .send(NOTICE);
    }
}
