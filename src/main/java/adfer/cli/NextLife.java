package adfer.cli;

import adfer.kernel.Generation;
import adfer.service.Views;

import java.time.Duration;

/** Waits until a node that changes its generation is back. */
final class NextLife {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(500);

    private NextLife() {}

    /** Says so when it is back; refuses to wait for ever. */
    static void await(Client client, Terminal terminal, Generation generation, boolean json) {
        if (!json) {
            terminal.line("The node begins anew in " + generation + "; a moment.");
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isThere(client, generation)) {
            if (System.nanoTime() > deadline) {
                throw new CliException(
                        ExitCode.FAILED,
                        "The node has not come up in "
                                + generation
                                + " within "
                                + PATIENCE.toSeconds()
                                + " s. Look at its log, and at ./adfer status.");
            }
            pause();
        }
        terminal.line(
                json
                        ? Client.pretty(generation)
                        : "The node is in generation "
                                + generation.number()
                                + " and knows a leader. See ./adfer status.");
    }

    private static boolean isThere(Client client, Generation generation) {
        try {
            Views.Overview overview = client.get("/api/v1/overview", Views.Overview.class);
            return overview.generation() == generation.number()
                    && overview.quarantine().isEmpty()
                    && overview.quorum();
        } catch (CliException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "Interrupted.");
        }
    }
}
