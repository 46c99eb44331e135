package adfer.adapter.script;

import adfer.kernel.Redaction;
import adfer.kernel.Redactor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a process prints, decoded and passed on as it comes, on a thread of its own. It is read to
 * its end whatever becomes of it, so that no process waits for a reader.
 */
final class Output {
    private static final Logger LOG = LoggerFactory.getLogger(Output.class);
    private static final int PIECE = 8192;

    private final Consumer<String> taker;
    private final Redactor redactor;
    private final int bound;
    private final Thread thread;
    private int passedOn;
    private volatile boolean over;

    /**
     * @param redaction applied before anything is cut at the bound, or half a secret could show
     * @param bound in characters; a sentence stands for what is beyond
     */
    Output(InputStream printed, Redaction redaction, Consumer<String> taker, int bound) {
        this.taker = taker;
        this.redactor = new Redactor(redaction, this::pass);
        this.bound = bound;
        // Reading a pipe blocks its thread in the kernel, which would cost a carrier.
        thread = Thread.ofPlatform().daemon().name("script-output").start(() -> pump(printed));
    }

    /**
     * Waits for the end of the output, but no longer than {@code patience}; then passes on no more.
     */
    void finish(Duration patience) {
        boolean interrupted = false;
        try {
            thread.join(patience);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        over = true;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(InputStream printed) {
        try (Reader reader = new InputStreamReader(printed, StandardCharsets.UTF_8)) {
            char[] piece = new char[PIECE];
            for (int count; (count = reader.read(piece)) >= 0; ) {
                redactor.accept(new String(piece, 0, count));
            }
        } catch (IOException e) {
            // The pipe ends with its process, sometimes abruptly: this too is its end.
        } finally {
            redactor.finish();
        }
    }

    private void pass(String text) {
        if (over) {
            return;
        }
        String fitting = text.substring(0, Math.min(text.length(), bound - passedOn));
        try {
            if (!fitting.isEmpty()) {
                taker.accept(fitting);
            }
            passedOn += fitting.length();
            if (fitting.length() < text.length()) {
                over = true;
                taker.accept("\n[what was printed beyond " + bound + " characters is not kept]\n");
            }
        } catch (RuntimeException e) {
            over = true;
            LOG.warn("A script's output can't be passed on: {}", e.toString());
        }
    }
}
