package adfer.service;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.Prober;
import adfer.port.ScriptRunner;
import adfer.port.Secrets;
import adfer.run.Outcome;
import adfer.run.RunCharter;
import adfer.run.TaskProgress;
import adfer.runbook.Check;
import adfer.runbook.ProbeSpec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Turns one task into its effect and says what was observed. It always looks before it acts, so
 * that an attempt that follows another finds what that one did.
 */
public final class TaskRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

    /** A change of owner is followed by the new owner's first renewal, which may take a moment. */
    private static final Duration LEASE_PATIENCE = Duration.ofSeconds(10);

    private final Hypervisor hypervisor;
    private final Prober prober;
    private final ScriptRunner scripts;
    private final Secrets secrets;
    private final Tenancy tenancy;

    public TaskRunner(
            Hypervisor hypervisor,
            Prober prober,
            ScriptRunner scripts,
            Secrets secrets,
            Tenancy tenancy) {
        this.hypervisor = hypervisor;
        this.prober = prober;
        this.scripts = scripts;
        this.secrets = secrets;
        this.tenancy = tenancy;
    }

    /**
     * What an attempt is given.
     *
     * @param secrets those that its scripts refer to, kept no longer than it lasts
     */
    private record Attempt(
            RunCharter charter,
            Task task,
            TaskProgress progress,
            Map<SecretRef, Secret> secrets,
            Consumer<String> output) {}

    /** Never throws: whatever goes wrong is an outcome. */
    Outcome run(RunCharter charter, Task task, TaskProgress progress, Consumer<String> output) {
        try {
            if (task.action() instanceof TaskAction.RunScript script && !progress.mayRun(script)) {
                return inDoubt(task, script);
            }
            Map<SecretRef, Secret> found = new HashMap<>();
            for (SecretRef reference : task.action().references().toList()) {
                switch (secrets.find(reference)) {
                    case Result.Ok<Secret>(var secret) -> found.put(reference, secret);
                    case Result.Refused<Secret>(var problems) -> {
                        return failed(
                                "secret-unavailable",
                                task.id()
                                        + " was not begun, since a secret is missing: "
                                        + problems.getFirst().sentence());
                    }
                }
            }
            Attempt attempt = new Attempt(charter, task, progress, found, output);
            return switch (task.action()) {
                case TaskAction.StopVm stop -> stop(charter, task, stop, progress);
                case TaskAction.StartVm start -> start(charter, task, start, progress);
                case TaskAction.RunScript script -> script(attempt, script);
                case TaskAction.Ask ask -> ask(attempt, ask.check());
                case TaskAction.Approve ignored -> notMine(task);
                case TaskAction.Wait ignored -> notMine(task);
                case TaskAction.MoveOwnership ignored -> notMine(task);
            };
        } catch (HypervisorException e) {
            return new Outcome.Failed(e.problem(), e.code().retryable());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(
                    new Problem(
                            "interrupted",
                            "The node stopped while " + task.id() + " was under way."),
                    true);
        } catch (RuntimeException e) {
            output.accept(e + "\n");
            return new Outcome.Failed(
                    new Problem(
                            "internal-error",
                            task.id()
                                    + " met an error inside Adfer; the node's log has the"
                                    + " details."),
                    true);
        }
    }

    private static Outcome inDoubt(Task task, TaskAction.RunScript script) {
        return new Outcome.Unsure(
                new Problem(
                        "in-doubt",
                        script.path()
                                + " was started before and nobody knows how it ended. Find out,"
                                + " then retry or skip step "
                                + task.id()
                                + "."));
    }

    private static Outcome notMine(Task task) {
        throw new IllegalStateException(task.id() + " is not for a node to carry out");
    }

    private static Ownership mark(RunCharter charter, TaskProgress progress) {
        return new Ownership(charter.plan().group(), progress.epoch());
    }

    private Outcome stop(
            RunCharter charter, Task task, TaskAction.StopVm stop, TaskProgress progress) {
        Optional<Vm> here = hypervisor.find(stop.vm());
        if (here.isEmpty()) {
            bearMark(charter, task, stop, progress);
        }
        boolean wasOff = here.map(vm -> vm.power() == Power.OFF).orElse(true);
        hypervisor.stop(stop.vm(), mark(charter, progress), stop.graceful(), task.timeout());
        return new Outcome.Done(
                stop.name()
                        + (wasOff ? " was off already at site " : " is off at site ")
                        + task.site()
                        + ".",
                wasOff);
    }

    /**
     * Gives the mark of a stop something to be written on: where the run was to start the VM but
     * has not even defined it, an earlier order whose node was thought lost could still do both.
     * Where the VM can't be defined, that order can't either.
     */
    private void bearMark(
            RunCharter charter, Task task, TaskAction.StopVm stop, TaskProgress progress) {
        Optional<Vm> source = Optional.ofNullable(charter.sources().get(stop.vm()));
        charter.plan().steps().stream()
                .flatMap(step -> step.tasks().stream())
                .filter(other -> other.site().equals(task.site()))
                .flatMap(other ->
                        other.action() instanceof TaskAction.StartVm start
                                        && start.vm().equals(stop.vm())
                                ? Stream.of(start)
                                : Stream.empty())
                .findFirst()
                .ifPresent(start ->
                        source.ifPresent(vm -> {
                            try {
                                hypervisor.define(
                                        vm,
                                        start.host(),
                                        start.nics(),
                                        Tenure.first(mark(charter, progress)));
                            } catch (HypervisorException e) {
                                LOG.debug(
                                        "{} could not be marked: {}", stop.name(), e.getMessage());
                            }
                        }));
    }

    private Outcome start(
            RunCharter charter, Task task, TaskAction.StartVm start, TaskProgress progress)
            throws InterruptedException {
        Ownership mark = mark(charter, progress);
        Optional<Problem> before = tenancy.hindrance(mark.group(), mark.epoch(), LEASE_PATIENCE);
        if (before.isPresent()) {
            return new Outcome.Failed(before.get(), true);
        }
        Tenure tenure = tenancy.of(mark);
        Optional<Vm> here = hypervisor.find(start.vm());
        boolean running = here.filter(vm -> vm.power() == Power.RUNNING).isPresent();
        boolean goesOn =
                here.filter(vm -> vm.power() == Power.PAUSED)
                        .filter(vm -> tenure.continues(vm.ownership()))
                        .isPresent();
        if (!running && !goesOn) {
            Vm source =
                    Optional.ofNullable(charter.sources().get(start.vm()))
                            .or(() -> here)
                            .orElseThrow(() ->
                                    new HypervisorException(
                                            HypervisorException.Code.NO_SUCH_VM,
                                            "Nobody knows the definition of "
                                                    + start.name()
                                                    + ", so it can't be created at site "
                                                    + task.site()
                                                    + "."));
            hypervisor.define(source, start.host(), start.nics(), tenure);
        }
        Optional<Problem> now = tenancy.hindrance(mark.group(), mark.epoch(), Duration.ZERO);
        if (now.isPresent()) {
            return new Outcome.Failed(now.get(), true);
        }
        hypervisor.start(start.vm(), tenure, task.timeout());
        return new Outcome.Done(
                start.name()
                        + (running ? " was running already at site " : " runs at site ")
                        + task.site()
                        + ".",
                running);
    }

    private Outcome script(Attempt attempt, TaskAction.RunScript script)
            throws InterruptedException {
        Task task = attempt.task();
        if (script.observe().isPresent() && answer(attempt, script.observe().get().probe()).yes()) {
            return new Outcome.Done("What " + script.path() + " does was there already.", true);
        }
        ScriptRunner.Ended ended =
                run(
                        attempt,
                        script.path(),
                        script.arguments(),
                        script.environment(),
                        script.secrets());
        if (ended.timedOut()) {
            return failed(
                    "timeout",
                    script.path()
                            + " did not end within "
                            + task.timeout().toSeconds()
                            + " s and was killed.");
        }
        if (ended.exit() != 0) {
            return failed(
                    "script-failed", script.path() + " ended with exit code " + ended.exit() + ".");
        }
        if (script.observe().isPresent()) {
            return ask(attempt, script.observe().get());
        }
        return new Outcome.Done(script.path() + " ended well.", false);
    }

    private ScriptRunner.Ended run(
            Attempt attempt,
            String path,
            List<String> arguments,
            Map<String, String> own,
            Map<String, SecretRef> references) {
        Map<String, Secret> found = new TreeMap<>();
        references.forEach((name, reference) ->
                found.put(name, Objects.requireNonNull(attempt.secrets().get(reference))));
        return scripts.run(
                attempt.charter().bundle(),
                new ScriptRunner.Call(path, arguments, environment(attempt, own), found),
                attempt.task().timeout(),
                attempt.output());
    }

    private static Outcome failed(String code, String sentence) {
        return new Outcome.Failed(new Problem(code, sentence), true);
    }

    private static Map<String, String> environment(Attempt attempt, Map<String, String> own) {
        RunCharter charter = attempt.charter();
        Task task = attempt.task();
        TaskProgress progress = attempt.progress();
        Map<String, String> environment = new TreeMap<>(own);
        environment.put("ADFER_RUN", charter.id().value());
        environment.put("ADFER_GROUP", charter.plan().group().value());
        environment.put(
                "ADFER_OPERATION",
                charter.plan().operation().name().toLowerCase(java.util.Locale.ROOT));
        environment.put("ADFER_SOURCE", charter.plan().source().value());
        environment.put("ADFER_TARGET", charter.plan().target().value());
        environment.put("ADFER_SITE", task.site().value());
        environment.put("ADFER_TASK", task.id().value());
        environment.put("ADFER_EPOCH", progress.epoch().toString());
        environment.put("ADFER_ATTEMPT", Integer.toString(progress.attempt()));
        return environment;
    }

    /** Asks until the answer is yes or the check's time is over. */
    private Outcome ask(Attempt attempt, Check check) throws InterruptedException {
        long deadline = System.nanoTime() + check.within().toNanos();
        String last = "";
        while (true) {
            Prober.Answer answer = answer(attempt, check.probe());
            if (answer.yes()) {
                return new Outcome.Done(answer.sentence(), false);
            }
            if (!answer.sentence().equals(last)) {
                attempt.output().accept(answer.sentence() + "\n");
                last = answer.sentence();
            }
            if (System.nanoTime() + check.every().toNanos() > deadline) {
                return failed(
                        "not-observed",
                        check.probe()
                                + " did not hold within "
                                + check.within().toSeconds()
                                + " s: "
                                + last);
            }
            Thread.sleep(check.every());
        }
    }

    private Prober.Answer answer(Attempt attempt, ProbeSpec probe) {
        if (!(probe instanceof ProbeSpec.Script script)) {
            return prober.ask(probe, PROBE_TIMEOUT);
        }
        ScriptRunner.Ended ended =
                run(
                        attempt,
                        script.run(),
                        script.arguments(),
                        script.environment(),
                        script.secrets());
        boolean yes = ended.exit() == 0 && !ended.timedOut();
        String word =
                ended.timedOut() ? " did not end in time." : " answered " + ended.exit() + ".";
        return new Prober.Answer(yes, script.run() + word, ended.took());
    }
}
