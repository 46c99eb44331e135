package adfer.demo;

import adfer.cli.Terminal;
import adfer.cli.Terminal.Tone;

import java.time.Duration;
import java.util.Locale;

/** Tells what happens, with the time since the demo began. */
final class Narrator {
    private final Terminal terminal;
    private final long began = System.nanoTime();

    Narrator(Terminal terminal) {
        this.terminal = terminal;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    void say(Tone tone, String sentence) {
        terminal.line(
                String.format(Locale.ROOT, "%6.1f s  ", elapsed().toMillis() / 1000.0)
                        + terminal.in(tone, sentence));
    }
}
