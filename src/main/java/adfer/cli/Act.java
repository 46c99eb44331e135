package adfer.cli;

import adfer.api.RunResource;
import adfer.cli.Terminal.Tone;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.StepId;
import adfer.plan.Operation;
import adfer.plan.Plan;
import adfer.plan.PlannedStep;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.service.Views;
import adfer.state.Attestation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The commands that plan and act. */
public final class Act {
    private Act() {}

    /** {@code adfer plan}. */
    @Command(
            name = "plan",
            description =
                    "Shows what an operation would do now, what it costs, and why it can't be done."
                            + " Changes nothing.",
            footer = {
                "",
                "Examples: adfer plan failover library-catalogue",
                "          adfer plan migration email"
            })
    public static final class PlanCommand implements Callable<Integer> {
        @Mixin Common common = new Common();

        @Parameters(index = "0", paramLabel = "OPERATION", description = "migration or failover.")
        String operation = "";

        @Parameters(index = "1", paramLabel = "SERVICE", description = "The protected service.")
        String group = "";

        @Override
        public Integer call() {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            String path = path(operation, new GroupId(group));
            Views.PlanView view = client.get(path, Views.PlanView.class);
            if (common.json()) {
                terminal.line(Client.pretty(view));
            } else {
                show(terminal, view);
            }
            return view.executable() ? ExitCode.DONE : ExitCode.REFUSED;
        }
    }

    /** {@code adfer migrate}. */
    @Command(
            name = "migrate",
            description =
                    "Planned migration: stops a service in order where it runs and starts it at the"
                            + " other site.",
            footer = {"", "Example: adfer migrate library-catalogue"})
    public static final class Migrate implements Callable<Integer> {
        @Mixin Starting starting = new Starting();

        @Override
        public Integer call() {
            return starting.start(Operation.MIGRATION, "");
        }
    }

    /** {@code adfer failover}. */
    @Command(
            name = "failover",
            description = {
                "Unplanned failover: starts a service at the other site because its own is lost.",
                "It needs proof that the lost site is off. Where Adfer knows none, two people"
                        + " attest it first: adfer attest SITE."
            },
            footer = {"", "Example: adfer failover library-catalogue"})
    public static final class Failover implements Callable<Integer> {
        @Mixin Starting starting = new Starting();

        @Option(
                names = "--attest",
                paramLabel = "WORDS",
                description =
                        "Attests at once how you made sure that the lost site is off. Where a"
                                + " second person has to confirm it, nothing is started yet.")
        String attestation = "";

        @Override
        public Integer call() {
            return starting.start(Operation.FAILOVER, attestation);
        }
    }

    /** {@code adfer restart}. */
    @Command(
            name = "restart",
            description = {
                "Starts a service where it is, in the runbook's order: what its guards have stopped"
                        + " or, if they haven't, everything of it that is off."
            },
            footer = {"", "Example: adfer restart library-catalogue"})
    public static final class Restart implements Callable<Integer> {
        @Mixin Starting starting = new Starting();

        @Override
        public Integer call() {
            return starting.start(Operation.RESTART, "");
        }
    }

    /** What migrate, failover and restart share. */
    public static final class Starting {
        @Mixin Common common = new Common();

        @Parameters(index = "0", paramLabel = "SERVICE", description = "The protected service.")
        String group = "";

        @Mixin Because because = new Because();

        @Mixin Phrase phrase = new Phrase();

        @Option(
                names = "--plan",
                paramLabel = "HASH",
                description = "Run only the plan of this hash, as shown before.")
        Optional<String> expected = Optional.empty();

        @Option(
                names = "--no-watch",
                description = "Return once it is started, or waits for a second person.")
        boolean noWatch;

        int start(Operation operation, String attestation) {
            Client client = common.client();
            Terminal terminal = Terminal.standard();
            Views.PlanView view =
                    client.get(path(operation.name(), new GroupId(group)), Views.PlanView.class);
            if (!common.json()) {
                show(terminal, view);
            }
            if (!view.executable()) {
                throw new CliException(
                        ExitCode.REFUSED, view.plan().refusals().getFirst().sentence());
            }
            if (view.forbidden().isPresent()) {
                throw new CliException(ExitCode.REFUSED, view.forbidden().get());
            }
            if (expected.isPresent() && !view.hash().startsWith(expected.get())) {
                throw new CliException(
                        ExitCode.REFUSED,
                        "The plan now is "
                                + view.hash()
                                + ", not "
                                + expected.get()
                                + ". Look at it again.");
            }
            needProof(client, view, attestation);
            String typed =
                    phrase.or(terminal, "Type \"" + view.confirmation() + "\" to go ahead: ");
            RunResource.StartRequest request =
                    new RunResource.StartRequest(
                            operation, new GroupId(group), view.hash(), typed, because.reason);
            RunId run = started(client, terminal, request);
            if (common.json()) {
                terminal.line("{\"run\":\"" + run + "\"}");
            } else {
                terminal.line("Run " + run + " has begun.");
            }
            return noWatch || common.json()
                    ? ExitCode.DONE
                    : new Follow(client, terminal).follow(run, true);
        }

        /** The run, once a second person has confirmed it where that is demanded. */
        private RunId started(Client client, Terminal terminal, RunResource.StartRequest request) {
            try {
                return client.post("/api/v1/runs", request, RunResource.RunReference.class).run();
            } catch (WaitsException waits) {
                if (noWatch || common.json()) {
                    throw waits;
                }
                return new SecondPerson(client, terminal, waits).begun();
            }
        }

        /** Takes down what this person attests, where that is needed; goes on only with proof. */
        private static void needProof(Client client, Views.PlanView view, String attestation) {
            Views.Ground ground = view.proof().orElse(new Views.Ground(true, ""));
            if (ground.proven()) {
                return;
            }
            if (attestation.isBlank()) {
                throw new CliException(ExitCode.REFUSED, ground.sentence());
            }
            Views.AttestationView said =
                    Attest.say(client, view.plan().source().value(), attestation);
            if (said.standing() != Attestation.Standing.PROVES) {
                throw new CliException(ExitCode.REFUSED, said.sentence() + " Then fail over.");
            }
        }
    }

    static String path(String operation, GroupId group) {
        String word =
                operation.equalsIgnoreCase("migrate")
                        ? "migration"
                        : operation.toLowerCase(Locale.ROOT);
        return "/api/v1/plans/" + Client.encode(word) + "/" + group;
    }

    static void show(Terminal terminal, Views.PlanView view) {
        Plan plan = view.plan();
        terminal.line(
                terminal.in(
                        Tone.STRONG,
                        plan.operation().of(plan.title(), plan.source(), plan.target())));
        terminal.line(
                "Plan "
                        + view.hash().substring(0, 16)
                        + ", made from the state at index "
                        + plan.asOfIndex()
                        + "; the group's epoch goes from "
                        + plan.from()
                        + " to "
                        + plan.to()
                        + ".");
        terminal.line(
                "Expected to take "
                        + Terminal.duration(plan.estimate().expected())
                        + (plan.estimate().lowerBound().isZero()
                                ? ""
                                : ", at least " + Terminal.duration(plan.estimate().lowerBound()))
                        + "; the objective (RTO) is "
                        + Terminal.duration(plan.rto())
                        + ". "
                        + plan.estimate().basis()
                        + people(plan.estimate().people()));
        terminal.line(
                (plan.dataAge().known()
                                ? "Data is " + Terminal.duration(plan.dataAge().age()) + " old. "
                                : "")
                        + plan.dataAge().sentence());
        for (PlannedStep step : plan.steps()) {
            String after =
                    step.after().isEmpty()
                            ? ""
                            : "  after "
                                    + String.join(
                                            ", ",
                                            step.after().stream().map(Object::toString).toList());
            terminal.line("");
            terminal.line(
                    "  "
                            + terminal.in(Tone.STRONG, step.id().value())
                            + "  "
                            + step.kind()
                            + "  "
                            + step.title()
                            + terminal.in(Tone.FAINT, after));
            step.skipped()
                    .ifPresent(why ->
                            terminal.line("      " + terminal.in(Tone.FAINT, "skipped: " + why)));
            step.tasks().forEach(task -> terminal.line("      " + describe(task)));
            step.verify().forEach(task -> terminal.line("      " + describe(task)));
        }
        terminal.line("");
        view.proof()
                .ifPresent(ground ->
                        terminal.line(
                                ground.proven()
                                        ? "It stands on this: " + ground.sentence()
                                        : terminal.in(Tone.WARN, "! " + ground.sentence())));
        for (Problem warning : plan.warnings()) {
            terminal.line(terminal.in(Tone.WARN, "! " + warning.sentence()));
        }
        for (Problem refusal : plan.refusals()) {
            terminal.line(
                    terminal.in(Tone.BAD, "x " + refusal.sentence() + " (" + refusal.code() + ")"));
        }
    }

    private static String people(List<StepId> steps) {
        return steps.isEmpty()
                ? ""
                : " On top of that it waits for a person at "
                        + String.join(", ", steps.stream().map(StepId::value).toList())
                        + ".";
    }

    private static String describe(Task task) {
        return switch (task.action()) {
            case TaskAction.StopVm stop ->
                    "stop "
                            + stop.name()
                            + " at "
                            + task.site()
                            + ", forced after "
                            + Terminal.duration(stop.graceful());
            case TaskAction.StartVm start ->
                    "start "
                            + start.name()
                            + " at "
                            + task.site()
                            + " on "
                            + start.host()
                            + start.nics().stream()
                                    .map(nic ->
                                            ", "
                                                    + nic.network()
                                                    + " "
                                                    + String.join(" ", nic.addresses()))
                                    .reduce("", String::concat);
            case TaskAction.RunScript script ->
                    "run "
                            + script.path()
                            + " "
                            + String.join(" ", script.arguments())
                            + " at "
                            + task.site();
            case TaskAction.Ask ask ->
                    "check "
                            + ask.check().probe()
                            + " from "
                            + task.site()
                            + " within "
                            + Terminal.duration(ask.check().within());
            case TaskAction.Approve approve ->
                    "wait for a " + approve.role() + ": " + approve.message();
            case TaskAction.Wait wait ->
                    "pause"
                            + wait.time()
                                    .map(time -> " for " + Terminal.duration(time))
                                    .orElse(" until an operator goes on")
                            + " "
                            + wait.message();
            case TaskAction.MoveOwnership move ->
                    "ownership goes from " + move.from() + " to " + move.to();
        };
    }
}
