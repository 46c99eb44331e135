package adfer.service;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Problem;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.Prober;
import adfer.port.ScriptRunner;
import adfer.run.Outcome;
import adfer.run.RunCharter;
import adfer.run.TaskProgress;
import adfer.runbook.Check;
import adfer.runbook.ProbeSpec;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
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
    private final Tenancy tenancy;

    public TaskRunner(Hypervisor hypervisor, Prober prober, ScriptRunner scripts, Tenancy tenancy) {
        this.hypervisor = hypervisor;
        this.prober = prober;
        this.scripts = scripts;
        this.tenancy = tenancy;
    }

    /** Never throws: whatever goes wrong is an outcome. */
    Outcome run(RunCharter charter, Task task, TaskProgress progress, Consumer<String> output) {
        try {
            return switch (task.action()) {
                case TaskAction.StopVm stop -> stop(charter, task, stop, progress);
                case TaskAction.StartVm start -> start(charter, task, start, progress);
                case TaskAction.RunScript script -> script(charter, task, script, progress, output);
                case TaskAction.Ask ask -> ask(charter, task, ask.check(), progress, output);
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
                                        vm, start.host(), start.nics(), mark(charter, progress));
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
        Optional<Vm> here = hypervisor.find(start.vm());
        boolean running = here.filter(vm -> vm.power() == Power.RUNNING).isPresent();
        if (!running) {
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
            hypervisor.define(source, start.host(), start.nics(), mark);
        }
        Optional<Problem> now = tenancy.hindrance(mark.group(), mark.epoch(), Duration.ZERO);
        if (now.isPresent()) {
            return new Outcome.Failed(now.get(), true);
        }
        hypervisor.start(start.vm(), mark, task.timeout());
        return new Outcome.Done(
                start.name()
                        + (running ? " was running already at site " : " runs at site ")
                        + task.site()
                        + ".",
                running);
    }

    private Outcome script(
            RunCharter charter,
            Task task,
            TaskAction.RunScript script,
            TaskProgress progress,
            Consumer<String> output)
            throws InterruptedException {
        if (script.observe().isPresent()
                && holds(charter, task, script.observe().get().probe(), progress, output)) {
            return new Outcome.Done("What " + script.path() + " does was there already.", true);
        }
        if (progress.recovering() && script.observe().isEmpty()) {
            return new Outcome.Unsure(
                    new Problem(
                            "in-doubt",
                            script.path()
                                    + " was started before and nobody knows how it ended. Find out,"
                                    + " then retry or skip step "
                                    + task.id()
                                    + "."));
        }
        ScriptRunner.Ended ended =
                scripts.run(
                        charter.bundle(),
                        script.path(),
                        script.arguments(),
                        environment(charter, task, progress, script.environment()),
                        task.timeout(),
                        output);
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
            return ask(charter, task, script.observe().get(), progress, output);
        }
        return new Outcome.Done(script.path() + " ended well.", false);
    }

    private static Outcome failed(String code, String sentence) {
        return new Outcome.Failed(new Problem(code, sentence), true);
    }

    private Map<String, String> environment(
            RunCharter charter, Task task, TaskProgress progress, Map<String, String> own) {
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
    private Outcome ask(
            RunCharter charter,
            Task task,
            Check check,
            TaskProgress progress,
            Consumer<String> output)
            throws InterruptedException {
        long deadline = System.nanoTime() + check.within().toNanos();
        String last = "";
        while (true) {
            Prober.Answer answer = answer(charter, task, check.probe(), progress, output);
            if (answer.yes()) {
                return new Outcome.Done(answer.sentence(), false);
            }
            if (!answer.sentence().equals(last)) {
                output.accept(answer.sentence() + "\n");
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

    private boolean holds(
            RunCharter charter,
            Task task,
            ProbeSpec probe,
            TaskProgress progress,
            Consumer<String> output)
            throws InterruptedException {
        return answer(charter, task, probe, progress, output).yes();
    }

    private Prober.Answer answer(
            RunCharter charter,
            Task task,
            ProbeSpec probe,
            TaskProgress progress,
            Consumer<String> output) {
        if (!(probe instanceof ProbeSpec.Script script)) {
            return prober.ask(probe, PROBE_TIMEOUT);
        }
        ScriptRunner.Ended ended =
                scripts.run(
                        charter.bundle(),
                        script.run(),
                        script.arguments(),
                        environment(charter, task, progress, script.environment()),
                        task.timeout(),
                        output);
        boolean yes = ended.exit() == 0 && !ended.timedOut();
        String word =
                ended.timedOut() ? " did not end in time." : " answered " + ended.exit() + ".";
        return new Prober.Answer(yes, script.run() + word, ended.took());
    }
}
