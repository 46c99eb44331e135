package adfer.adapter.mail;

import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Notifier;
import adfer.port.Secrets;

import org.apache.commons.net.smtp.AuthenticatingSMTPClient;
import org.apache.commons.net.smtp.AuthenticatingSMTPClient.AUTH_METHOD;
import org.apache.commons.net.smtp.SMTPReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Sends each notice as a mail of plain text. It is taken once the server has accepted it. */
public final class Mail implements Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Mail.class);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);
    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(76, "\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final int SUBJECT = 60;

    private final String name;
    private final Server server;
    private final String from;
    private final List<String> to;
    private final Secrets secrets;
    private final Duration timeout;
    private final SSLContext tls;

    /** How the way to the server is kept from others. */
    public enum Tls {
        /** Encrypted after a greeting in plain text; without that, nothing is sent. */
        STARTTLS,
        /** From the first byte. */
        IMPLICIT,
        /** Not at all. */
        NONE
    }

    /** Who proves to be who, by a password that is read anew at each call. */
    public record Login(String user, SecretRef password) {}

    /** A mail server. */
    public record Server(String host, int port, Tls tls, Optional<Login> login) {}

    /**
     * @param timeout of each exchange with the server
     */
    public Mail(
            String name,
            Server server,
            String from,
            List<String> to,
            Secrets secrets,
            Duration timeout,
            SSLContext tls) {
        this.name = name;
        this.server = server;
        this.from = from;
        this.to = List.copyOf(to);
        this.secrets = secrets;
        this.timeout = timeout;
        this.tls = tls;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Problem> send(Notice notice) {
        Optional<Secret> password = Optional.empty();
        if (server.login().isPresent()) {
            switch (secrets.find(server.login().get().password())) {
                case Result.Ok<Secret>(var secret) -> password = Optional.of(secret);
                case Result.Refused<Secret>(var problems) -> {
                    return Optional.of(problems.getFirst());
                }
            }
        }
        AuthenticatingSMTPClient client =
                new AuthenticatingSMTPClient(server.tls() == Tls.IMPLICIT, tls);
        int millis = Math.toIntExact(timeout.toMillis());
        client.setConnectTimeout(millis);
        client.setDefaultTimeout(millis);
        client.setEndpointCheckingEnabled(true);
        try {
            client.connect(server.host(), server.port());
            client.setSoTimeout(millis);
            return converse(client, password, notice);
        } catch (IOException | GeneralSecurityException e) {
            return problem(
                    "The mail server can't be used ("
                            + e.getMessage()
                            + "): look at "
                            + place("server")
                            + ".");
        } finally {
            hangUp(client);
        }
    }

    private Optional<Problem> converse(
            AuthenticatingSMTPClient client, Optional<Secret> password, Notice notice)
            throws IOException, GeneralSecurityException {
        if (!SMTPReply.isPositiveCompletion(client.getReplyCode()) || !client.elogin()) {
            return refused(client, "greeting", "server");
        }
        if (server.tls() == Tls.STARTTLS && (!client.execTLS() || !client.elogin())) {
            return refused(client, "STARTTLS", "tls");
        }
        if (password.isPresent()
                && !client.auth(
                        AUTH_METHOD.PLAIN,
                        server.login().orElseThrow().user(),
                        password.get().reveal())) {
            return problem(
                    "The mail server refuses the user or the password: look at "
                            + place("user")
                            + " and password.");
        }
        if (!client.setSender(from)) {
            return refused(client, "sender " + from, "from");
        }
        for (String one : to) {
            if (!client.addRecipient(one)) {
                return refused(client, "recipient " + one, "to");
            }
        }
        Writer writer = client.sendMessageData();
        if (writer == null) {
            return refused(client, "message", "from");
        }
        try (writer) {
            writer.write(text(notice));
        }
        return client.completePendingCommand()
                ? Optional.empty()
                : refused(client, "message", "from");
    }

    /** In base64, so that no character of a sentence means anything to a mail server. */
    private String text(Notice notice) {
        String body =
                String.join("\n\n", notice.sentences())
                        + "\n\nCluster "
                        + notice.cluster()
                        + ", "
                        + notice.at()
                        + ". Look with ./adfer status.\n";
        return String.join(
                "\r\n",
                "From: <" + from + ">",
                "To: " + String.join(", ", to.stream().map(one -> "<" + one + ">").toList()),
                "Date: " + DATE.format(notice.at().atOffset(ZoneOffset.UTC)),
                "Message-ID: <" + notice.id() + "." + from + ">",
                "Subject: " + subject(notice),
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=UTF-8",
                "Content-Transfer-Encoding: base64",
                "",
                LINES.encodeToString(body.getBytes(StandardCharsets.UTF_8)),
                "");
    }

    /** In one line of ASCII; the sentence stands in the text as it is. */
    private static String subject(Notice notice) {
        int more = notice.sentences().size() - 1;
        String line =
                "Adfer "
                        + notice.cluster()
                        + (more == 0 ? ": " : " (+" + more + "): ")
                        + notice.sentences().getFirst();
        String plain = line.replaceAll("[^ -~]", "?");
        return plain.length() > SUBJECT ? plain.substring(0, SUBJECT) + "..." : plain;
    }

    /**
     * @param key of the configuration, where it can be put right if anywhere
     */
    private Optional<Problem> refused(AuthenticatingSMTPClient client, String what, String key) {
        return problem(
                "The mail server refuses the "
                        + what
                        + " ("
                        + place(key)
                        + "): "
                        + client.getReplyString().strip());
    }

    private String place(String key) {
        return "notify." + name + "." + key;
    }

    private static Optional<Problem> problem(String sentence) {
        return Optional.of(new Problem("not-called", sentence));
    }

    private static void hangUp(AuthenticatingSMTPClient client) {
        try {
            if (client.isConnected()) {
                client.disconnect();
            }
        } catch (IOException e) {
            LOG.debug("A mail server hung up: {}", e.getMessage());
        }
    }
}
