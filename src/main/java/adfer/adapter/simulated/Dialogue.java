package adfer.adapter.simulated;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One client's conversation with a simulated service: a greeting, then an answer to each line. It
 * says enough for a client to connect, look and leave politely.
 */
interface Dialogue {
    /** Sent at once; empty where the client speaks first. */
    String greeting();

    /**
     * @param line without its line end
     */
    Answer line(String line);

    /**
     * @param text to be sent, possibly empty
     * @param last whether the connection is closed then
     */
    record Answer(String text, boolean last) {
        static final Answer NONE = new Answer("", false);
    }

    /**
     * A new conversation.
     *
     * @param kind of the service, such as {@code smtp}
     * @param guest whom it is about
     */
    static Dialogue of(String kind, Guest guest) {
        String name = guest.state().vm();
        return switch (kind) {
            case "http" -> new Http(guest);
            case "smtp" -> new Commands("220 " + name + " ESMTP ready", "221 bye", "250 ok");
            case "ftp" -> new Commands("220 " + name + " FTP ready", "221 bye", "502 not here");
            case "pop3" -> new Commands("+OK " + name + " POP3 ready", "+OK bye", "-ERR not here");
            case "nntp" -> new Commands("200 " + name + " ready", "205 bye", "500 not here");
            case "imap" -> new Imap(name);
            default -> new Banner(guest.state().line());
        };
    }

    /** A protocol of one-line commands in which {@code QUIT} ends it. */
    record Commands(String hello, String bye, String otherwise) implements Dialogue {
        @Override
        public String greeting() {
            return hello + "\r\n";
        }

        @Override
        public Answer line(String line) {
            boolean quit = line.strip().toUpperCase(Locale.ROOT).equals("QUIT");
            return new Answer((quit ? bye : otherwise) + "\r\n", quit);
        }
    }

    /** IMAP, whose commands bear a tag. */
    record Imap(String name) implements Dialogue {
        @Override
        public String greeting() {
            return "* OK " + name + " IMAP4rev1 ready\r\n";
        }

        @Override
        public Answer line(String line) {
            String command = line.strip();
            int space = command.indexOf(' ');
            if (space < 0) {
                return new Answer("* BAD a command needs a tag\r\n", false);
            }
            String tag = command.substring(0, space);
            return switch (command.substring(space + 1).toUpperCase(Locale.ROOT)) {
                case "LOGOUT" -> new Answer("* BYE bye\r\n" + tag + " OK done\r\n", true);
                case "NOOP" -> new Answer(tag + " OK done\r\n", false);
                case "CAPABILITY" ->
                        new Answer("* CAPABILITY IMAP4rev1\r\n" + tag + " OK done\r\n", false);
                default -> new Answer(tag + " NO not here\r\n", false);
            };
        }
    }

    /** Says who it is, and listens. */
    record Banner(String text) implements Dialogue {
        @Override
        public String greeting() {
            return text + "\r\n";
        }

        @Override
        public Answer line(String line) {
            return Answer.NONE;
        }
    }

    /**
     * Answers any request, once its head is complete, with the state of the guest. {@code POST
     * /role/NAME} first tells the guest what it is to be, as an agent in a real one would be told.
     */
    record Http(Guest guest) implements Dialogue {
        private static final Pattern TOLD = Pattern.compile("POST /role/([a-z]{1,20}) HTTP/1\\..");

        @Override
        public String greeting() {
            return "";
        }

        @Override
        public Answer line(String line) {
            if (!line.isEmpty()) {
                Matcher told = TOLD.matcher(line);
                if (told.matches()) {
                    guest.play(told.group(1));
                }
                return Answer.NONE;
            }
            String body = guest.state().json() + "\n";
            return new Answer(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length()
                            + "\r\nConnection: close\r\n\r\n"
                            + body,
                    true);
        }
    }
}
