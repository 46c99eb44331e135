package adfer.cli;

import adfer.cli.Terminal.Tone;
import adfer.kernel.RunId;
import adfer.run.JournalEntry;
import adfer.run.RunHeader.Phase;
import adfer.service.Views;

import com.fasterxml.jackson.core.type.TypeReference;

import java.time.Duration;
import java.util.List;

/** Shows a run as it goes: its journal line by line, and where someone looks on, how far it is. */
final class Follow {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Client client;
    private final Terminal terminal;
    private long shown;
    private String asked = "";

    Follow(Client client, Terminal terminal) {
        this.client = client;
        this.terminal = terminal;
    }

    /**
     * @param wait whether to go on looking while the run waits for a person
     * @return the exit code
     */
    int follow(RunId run, boolean wait) {
        long lastAnswer = System.nanoTime();
        while (true) {
            try {
                Views.RunView view = client.get("/api/v1/runs/" + run, Views.RunView.class);
                lastAnswer = System.nanoTime();
                show(run, view);
                if (view.summary().phase().ended()) {
                    return end(view);
                }
                if (view.summary().needsOperator() && !wait) {
                    return ExitCode.NEEDS_PERSON;
                }
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE
                        || System.nanoTime() - lastAnswer > PATIENCE.toNanos()) {
                    throw e;
                }
                terminal.over(
                        terminal.in(
                                Tone.WARN,
                                "No node answers; still looking. The run goes on without us."));
            }
            pause();
        }
    }

    private void show(RunId run, Views.RunView view) {
        if (view.journal() > shown) {
            List<JournalEntry> journal =
                    client.get(
                            "/api/v1/runs/" + run + "/journal",
                            new TypeReference<List<JournalEntry>>() {});
            terminal.over("");
            journal.stream().filter(entry -> entry.number() > shown).forEach(this::line);
            shown = journal.size();
        }
        String waiting = String.join(" ", view.waiting());
        if (!waiting.isEmpty() && !waiting.equals(asked)) {
            terminal.over("");
            terminal.line(terminal.in(Tone.WARN, "? " + waiting));
        }
        asked = waiting;
        terminal.over(terminal.in(Tone.FAINT, view.summary().progress()));
    }

    private void line(JournalEntry entry) {
        Tone tone =
                switch (entry.what()) {
                    case TASK_DONE, RUN_ENDED -> Tone.GOOD;
                    case TASK_FAILED -> Tone.BAD;
                    case TASK_RETRYING, TASK_DOUBTED, TASK_SKIPPED, OPERATOR -> Tone.WARN;
                    case TASK_STARTED -> Tone.FAINT;
                    case RUN_STARTED, OWNER_CHANGED -> Tone.STRONG;
                };
        terminal.line(Terminal.time(entry.at()) + "  " + terminal.in(tone, entry.sentence()));
    }

    private int end(Views.RunView view) {
        terminal.over("");
        var summary = view.summary();
        if (summary.phase() == Phase.DONE) {
            Duration took =
                    Duration.between(
                            view.clockFrom(), summary.endedAt().orElse(summary.startedAt()));
            boolean met = took.compareTo(view.rto()) <= 0;
            terminal.line(
                    terminal.in(
                            met ? Tone.GOOD : Tone.BAD,
                            summary.title()
                                    + " runs at site "
                                    + summary.target()
                                    + ", "
                                    + Terminal.duration(took)
                                    + " after "
                                    + (view.clockFrom().equals(summary.startedAt())
                                            ? "the start"
                                            : "the loss")
                                    + "; the objective (RTO) is "
                                    + Terminal.duration(view.rto())
                                    + "."));
            return ExitCode.DONE;
        }
        terminal.line(terminal.in(Tone.WARN, "The run was cancelled."));
        return ExitCode.FAILED;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "Interrupted. The run goes on.");
        }
    }
}
