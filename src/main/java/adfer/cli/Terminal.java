package adfer.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where commands write: tables and sentences, coloured where a person looks on. */
public final class Terminal {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssXXX");

    private final PrintStream out;
    private final boolean colour;

    /** How urgent something is, by its colour. */
    public enum Tone {
        PLAIN(""),
        GOOD("32"),
        WARN("33"),
        BAD("31"),
        FAINT("2"),
        STRONG("1");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    public Terminal(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    public static Terminal standard() {
        boolean person = attended();
        return new Terminal(System.out, person && System.getenv("NO_COLOR") == null);
    }

    /** Whether a person looks on and can answer. */
    public static boolean attended() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** Says nothing. */
    public static Terminal silent() {
        return new Terminal(new PrintStream(OutputStream.nullOutputStream()), false);
    }

    public boolean live() {
        return colour;
    }

    public String in(Tone tone, String text) {
        return colour && !tone.code.isEmpty()
                ? "\u001b[" + tone.code + "m" + text + "\u001b[0m"
                : text;
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Writes over the line that was written here last; only for those who look on. */
    public void over(String text) {
        if (colour) {
            out.print("\r\u001b[K" + text);
            out.flush();
        }
    }

    /**
     * Asks whoever looks on.
     *
     * @param otherwise what to do where nobody does
     * @throws CliException where nobody looks on
     */
    String ask(String question, String otherwise) {
        if (!attended()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Nobody is there to answer \"" + question.strip() + "\" " + otherwise);
        }
        over(question);
        try {
            var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            return Optional.ofNullable(in.readLine()).orElse("").strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** A password, without showing it; the first line of standard input where nobody looks on. */
    String password(String question) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("%s", question))
                .map(String::new)
                .orElseGet(Terminal::firstLine);
    }

    /** A new password, asked for twice. */
    String newPassword(String name) {
        String password = password("New password for " + name + ": ");
        if (attended() && !password.equals(password("Again: "))) {
            throw new CliException(ExitCode.USAGE, "Those were two different passwords.");
        }
        if (password.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "There is no password: type it, or give it on standard input.");
        }
        return password;
    }

    private static String firstLine() {
        try {
            StringBuilder line = new StringBuilder();
            for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
                line.append((char) c);
            }
            return line.toString().strip();
        } catch (IOException e) {
            return "";
        }
    }

    public void title(String text) {
        line("");
        line(in(Tone.STRONG, text));
    }

    /**
     * Columns as wide as they need to be.
     *
     * @param rows the first is the head
     */
    public void table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = visible(row.get(i));
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder text = new StringBuilder();
            List<String> row = rows.get(r);
            for (int i = 0; i < row.size(); i++) {
                text.append(row.get(i));
                if (i < row.size() - 1) {
                    text.repeat(' ', widths.get(i) - visible(row.get(i)) + 2);
                }
            }
            line(r == 0 ? in(Tone.FAINT, text.toString()) : text.toString());
        }
    }

    private static int visible(String text) {
        return text.replaceAll("\u001b\\[[0-9;]*m", "").length();
    }

    public static String time(Instant at) {
        return TIME.format(at.atZone(ZoneId.systemDefault()));
    }

    /** Day, time and zone, to the second. */
    public static String day(Instant at) {
        return DAY.format(at.atZone(ZoneId.systemDefault()));
    }

    /** A duration as people say it: 850 ms, 12.3 s, 4 min 10 s, 3 h 5 min. */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return millis % 1_000 == 0
                    ? millis / 1_000 + " s"
                    : String.format(java.util.Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        if (duration.toMinutes() < 60) {
            return duration.toMinutes()
                    + " min"
                    + (duration.toSecondsPart() == 0 ? "" : " " + duration.toSecondsPart() + " s");
        }
        return duration.toHours()
                + " h"
                + (duration.toMinutesPart() == 0 ? "" : " " + duration.toMinutesPart() + " min");
    }
}
