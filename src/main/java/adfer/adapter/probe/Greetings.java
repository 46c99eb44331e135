package adfer.adapter.probe;

import adfer.runbook.ProbeSpec.Protocol;

import org.apache.commons.net.SocketClient;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.imap.IMAPClient;
import org.apache.commons.net.nntp.NNTPClient;
import org.apache.commons.net.pop3.POP3Client;
import org.apache.commons.net.smtp.SMTPClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Servers that speak first: connects, hears the greeting and takes leave. What they say after the
 * greeting no longer counts, so the farewell is short and its failure is none.
 */
final class Greetings {
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private Greetings() {}

    static Seen hear(
            Protocol protocol,
            InetAddress address,
            String who,
            int port,
            Duration timeout,
            Deadline deadline) {
        try (Line line = new Line(deadline)) {
            Talk talk = talk(protocol);
            talk.client().setSocketFactory(line.asFactory());
            try {
                talk.client().connect(address, port);
            } catch (IOException e) {
                return failed(protocol, who, line, e, timeout);
            }
            line.hurry(deadline.atMost(FAREWELL));
            Seen seen = judge(protocol, who, line.heard());
            talk.leave();
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException("a socket that can't be closed", e);
        }
    }

    private static Seen failed(
            Protocol protocol, String who, Line line, IOException e, Duration timeout) {
        if (!line.isConnected()) {
            return Seen.no(Words.notConnected(who, e, timeout));
        }
        String heard = line.heard();
        return e instanceof Line.TooMuch || Words.late(e) || heard.isEmpty()
                ? Seen.no(Words.noAnswer(who, e, timeout))
                : judge(protocol, who, heard);
    }

    /** A refusal may come as an exception, such as for FTP's 421; what was heard tells. */
    private static Seen judge(Protocol protocol, String who, String heard) {
        String said = Words.quote(heard);
        String welcome =
                switch (protocol) {
                    case FTP -> "(120 .*)?2\\d\\d\\b.*";
                    case SMTP, NNTP -> "2\\d\\d\\b.*";
                    case POP3 -> "\\+OK.*";
                    case IMAP -> "(?i)\\* (OK|PREAUTH).*";
                    case NTP -> "";
                };
        if (said.matches(welcome)) {
            return Seen.yes(who + " greeted: " + said);
        } else if (said.matches("(?i)([45]\\d\\d\\b|-ERR|\\* BYE).*")) {
            return Seen.no(who + " takes no " + protocol + " clients: " + said);
        }
        return Seen.no(who + " does not speak " + protocol + ": " + said);
    }

    private static Talk talk(Protocol protocol) {
        return switch (protocol) {
            case FTP -> {
                FTPClient ftp = new FTPClient();
                yield new Talk(ftp, ftp::quit);
            }
            case SMTP -> {
                SMTPClient smtp = new SMTPClient();
                yield new Talk(smtp, smtp::quit);
            }
            case POP3 -> {
                POP3Client pop = new POP3Client();
                yield new Talk(pop, pop::logout);
            }
            case IMAP -> {
                IMAPClient imap = new IMAPClient();
                yield new Talk(imap, imap::logout);
            }
            case NNTP -> {
                NNTPClient news = new NNTPClient();
                yield new Talk(news, news::quit);
            }
            case NTP -> throw new IllegalArgumentException("an NTP server does not speak first");
        };
    }

    /** One of Commons Net's clients, which have no common words for what they have in common. */
    private record Talk(SocketClient client, Farewell bye) {
        void leave() {
            try {
                bye.say();
            } catch (IOException e) {
                // The greeting was the answer; how the server takes the farewell says nothing.
            }
        }
    }

    /** How a protocol ends a conversation. */
    private interface Farewell {
        Object say() throws IOException;
    }
}
