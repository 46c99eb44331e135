package adfer.cli;

import adfer.api.RunResource;
import adfer.cli.Terminal.Tone;
import adfer.kernel.RunId;
import adfer.kernel.StepId;
import adfer.run.Report;
import adfer.service.Views;

import com.fasterxml.jackson.core.type.TypeReference;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code adfer run}: looks at runs and speaks to them. */
@Command(
        name = "run",
        description = "Looks at runs and speaks to them.",
        footer = {
            "",
            "Examples: adfer run list",
            "          adfer run watch 7k2m9x",
            "          adfer run approve 7k2m9x sign-off"
        })
public final class RunCommands {
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The latest runs, the last one first.")
    void list(
            @Mixin Common common,
            @Option(
                            names = "--limit",
                            defaultValue = "50",
                            description = "At most this many. Default: ${DEFAULT-VALUE}.")
                    int limit) {
        String path = "/api/v1/runs?limit=" + limit;
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        if (common.json()) {
            terminal.line(Client.pretty(client.raw(path)));
            return;
        }
        Look.runs(terminal, client.get(path, new TypeReference<List<Views.RunSummary>>() {}));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "A run with all its steps, as it stands.",
            footer = {"", "Example: adfer run show 7k2m9xq4 --outputs"})
    void show(
            @Mixin Common common,
            @Mixin Of of,
            @Option(names = "--outputs", description = "With what the tasks printed.")
                    boolean outputs) {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        String path = "/api/v1/runs/" + new RunId(of.run);
        if (common.json()) {
            terminal.line(Client.pretty(client.raw(path)));
            return;
        }
        Views.RunView view = client.get(path, Views.RunView.class);
        Look.runs(terminal, List.of(view.summary()));
        terminal.line(
                "Started by " + view.by() + (view.reason().isEmpty() ? "." : ": " + view.reason()));
        view.proof().ifPresent(proof -> terminal.line(proof + "."));
        view.waiting().forEach(waiting -> terminal.line(terminal.in(Tone.WARN, "? " + waiting)));
        terminal.line("");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STEP / TASK", "STATE", "NODE", "TRY", ""));
        for (Views.StepView step : view.steps()) {
            rows.add(
                    List.of(
                            terminal.in(Tone.STRONG, step.id().value()),
                            step.status().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            "",
                            "",
                            step.note().isEmpty() ? step.title() : step.note()));
            step.tasks()
                    .forEach(task ->
                            rows.add(
                                    List.of(
                                            "  " + task.id(),
                                            task.status().toLowerCase(Locale.ROOT),
                                            task.node().map(Object::toString).orElse(""),
                                            task.attempt() == 0
                                                    ? ""
                                                    : String.valueOf(task.attempt()),
                                            task.sentence())));
        }
        terminal.table(rows);
        if (outputs) {
            view.steps().stream()
                    .flatMap(step -> step.tasks().stream())
                    .filter(task -> !task.output().isBlank())
                    .forEach(task -> {
                        terminal.title(task.id().value());
                        terminal.line(task.output().stripTrailing());
                    });
        }
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "Follows a run until it ends.",
            footer = {"", "Example: adfer run watch 7k2m9xq4"})
    int watch(
            @Mixin Common common,
            @Mixin Of of,
            @Option(
                            names = "--no-wait",
                            description =
                                    "Return with exit code 5 when the run waits for a person.")
                    boolean noWait) {
        Client client = common.client();
        if (!common.json()) {
            return new Follow(client, Terminal.standard()).follow(new RunId(of.run), !noWait);
        }
        int code = new Follow(client, Terminal.silent()).follow(new RunId(of.run), !noWait);
        Terminal.standard().line(Client.pretty(client.raw("/api/v1/runs/" + new RunId(of.run))));
        return code;
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Approves the step that waits for it.",
            footer = {"", "Example: adfer run approve 7k2m9xq4 sign-off"})
    void approve(@Mixin Common common, @Mixin OfStep of, @Mixin Because because) {
        decide(common, of.run, "approve", of.step, because);
    }

    @Command(
            name = "reject",
            mixinStandardHelpOptions = true,
            description = "Says no to the step that waits for approval.",
            footer = {
                "",
                "Example: adfer run reject 7k2m9xq4 sign-off --reason \"the catalogue is empty\""
            })
    void reject(@Mixin Common common, @Mixin OfStep of, @Mixin Because because) {
        decide(common, of.run, "reject", of.step, because);
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Tries what failed in a step again.",
            footer = {"", "Example: adfer run retry 7k2m9xq4 promote"})
    void retry(@Mixin Common common, @Mixin OfStep of, @Mixin Because because) {
        decide(common, of.run, "retry", of.step, because);
    }

    @Command(
            name = "skip",
            mixinStandardHelpOptions = true,
            description = "Goes on without what failed in a step. Needs --reason.",
            footer = {"", "Example: adfer run skip 7k2m9xq4 promote --reason \"done by hand\""})
    void skip(@Mixin Common common, @Mixin OfStep of, @Mixin Because because) {
        if (because.reason.filter(words -> !words.isBlank()).isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Say with --reason why step " + of.step + " may be skipped; it is recorded.");
        }
        decide(common, of.run, "skip", of.step, because);
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Starts nothing more until resumed.",
            footer = {"", "Example: adfer run pause 7k2m9xq4"})
    void pause(@Mixin Common common, @Mixin Of of, @Mixin Because because) {
        decide(common, of.run, "pause", null, because);
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Goes on with a paused run.",
            footer = {"", "Example: adfer run resume 7k2m9xq4"})
    void resume(@Mixin Common common, @Mixin Of of, @Mixin Because because) {
        decide(common, of.run, "resume", null, because);
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Takes back, in reverse order, what was done.",
            footer = {"", "Example: adfer run cancel 7k2m9xq4 --reason \"false alarm\""})
    void cancel(@Mixin Common common, @Mixin Of of, @Mixin Because because) {
        decide(common, of.run, "cancel", null, because);
    }

    @Command(
            name = "report",
            mixinStandardHelpOptions = true,
            description =
                    "What there is to tell of a run: times against objectives, people, steps,"
                            + " timeline.",
            footer = {"", "Example: adfer run report 7k2m9xq4"})
    void report(@Mixin Common common, @Mixin Of of) {
        Client client = common.client();
        Terminal terminal = Terminal.standard();
        String path = "/api/v1/runs/" + new RunId(of.run) + "/report";
        if (common.json()) {
            terminal.line(Client.pretty(client.raw(path)));
            return;
        }
        Report report = client.get(path, Report.class);
        terminal.line(
                terminal.in(
                        Tone.STRONG,
                        "Run "
                                + report.run()
                                + ": "
                                + report.operation()
                                        .of(report.title(), report.source(), report.target())));
        terminal.line(
                "Started "
                        + Terminal.day(report.startedAt())
                        + " by "
                        + report.by()
                        + "; "
                        + report.phase().name().toLowerCase(Locale.ROOT)
                        + report.endedAt().map(at -> " " + Terminal.day(at)).orElse("")
                        + ".");
        terminal.line(
                "RTO objective "
                        + Terminal.duration(report.rto())
                        + ", achieved "
                        + report.achievedRto().map(Terminal::duration).orElse("-")
                        + (report.achievedRto().isEmpty()
                                ? ""
                                : report.metRto() ? ": met." : ": missed."));
        terminal.line(
                "RPO objective "
                        + Terminal.duration(report.rpo())
                        + ", achieved "
                        + report.achievedRpo().map(Terminal::duration).orElse("unknown")
                        + ". "
                        + report.dataAge());
        report.proof().ifPresent(proof -> terminal.line(proof + "."));
        terminal.title("Steps");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STEP", "STATE", "TOOK", ""));
        report.steps()
                .forEach(step ->
                        rows.add(
                                List.of(
                                        step.step().value(),
                                        step.status().name().toLowerCase(Locale.ROOT),
                                        step.took().map(Terminal::duration).orElse("-"),
                                        step.title())));
        terminal.table(rows);
        terminal.title("Timeline");
        report.timeline()
                .forEach(entry ->
                        terminal.line(
                                Terminal.time(entry.at())
                                        + "  "
                                        + entry.by().name()
                                        + "  "
                                        + entry.sentence()));
        terminal.line("Plan " + report.planHash() + ", runbook " + report.runbookHash());
    }

    /** Which run. */
    static final class Of {
        @Parameters(paramLabel = "RUN", description = "The run, as run list names it.")
        String run = "";
    }

    /** Which step of which run. */
    static final class OfStep {
        @Parameters(index = "0", paramLabel = "RUN", description = "The run, as run list names it.")
        String run = "";

        @Parameters(index = "1", paramLabel = "STEP", description = "The step of the run.")
        String step = "";
    }

    private static void decide(
            Common common, String run, String decision, @Nullable String step, Because because) {
        var request =
                new RunResource.DecisionRequest(
                        decision, Optional.ofNullable(step).map(StepId::new), because.reason);
        Client client = common.client();
        var answer =
                client.post(
                        "/api/v1/runs/" + new RunId(run) + "/decisions",
                        request,
                        RunResource.RunReference.class);
        var _ =
                common.tell(
                        answer,
                        "Recorded: "
                                + decision
                                + (step == null ? "" : " " + step)
                                + " for run "
                                + run
                                + ".");
    }
}
