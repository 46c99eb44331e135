package adfer.service;

import static adfer.run.Plans.A;
import static adfer.run.Plans.step;
import static adfer.run.Plans.usual;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.NodeId;
import adfer.kernel.TaskId;
import adfer.plan.Operation;
import adfer.port.Prober;
import adfer.port.ScriptRunner;
import adfer.run.Bench;
import adfer.run.Outcome;
import adfer.run.Plans;
import adfer.run.Run;
import adfer.run.TaskProgress;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What becomes of one task at its node. */
class TaskRunnerTest {
    private final MemoryHypervisor hypervisor = new MemoryHypervisor();
    private final List<String> ran = new ArrayList<>();
    private boolean answers;
    private int exit;

    private final Prober prober =
            (spec, timeout) -> new Prober.Answer(answers, "It was asked.", Duration.ZERO);
    private final ScriptRunner scripts =
            (bundle, path, arguments, environment, timeout, output) -> {
                ran.add(path);
                answers = true;
                return new ScriptRunner.Ended(exit, false, Duration.ZERO);
            };
    private final TaskRunner runner = new TaskRunner(hypervisor, prober, scripts, Tenancy.UNBOUND);

    private Outcome carryOut(Run run, String task, long epoch, boolean recovering) {
        TaskProgress attempt =
                new TaskProgress(
                        run.id(),
                        new TaskId(task),
                        Status.RUNNING,
                        1,
                        0,
                        recovering,
                        Optional.of(new Executor(new NodeId("b1"), 1)),
                        new Epoch(epoch),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "");
        return runner.run(
                run.charter(), run.task(attempt.task()).orElseThrow(), attempt, output -> {});
    }

    private static Run migration() {
        return Bench.of("db").begin(Operation.MIGRATION, usual("db")).run();
    }

    private static Run scripted(boolean observed) {
        return Bench.of()
                .begin(
                        Operation.MIGRATION,
                        step("promote")
                                .script(
                                        A,
                                        "promote",
                                        observed ? Optional.of(Plans.check()) : Optional.empty()))
                .run();
    }

    @Test
    void aVmIsCreatedFromTheCopyThatTheRunKept() {
        assertThat(carryOut(migration(), "start/db", 2, false)).isInstanceOf(Outcome.Done.class);
        assertThat(hypervisor.runs("db")).isTrue();
    }

    @Test
    void startingWhatRunsFindsIt() {
        Run run = migration();
        carryOut(run, "start/db", 2, false);
        assertThat(carryOut(run, "start/db", 2, true))
                .isEqualTo(new Outcome.Done("db was running already at site b.", true));
    }

    @Test
    void aStartIsRefusedAfterAStopOfALaterEpoch() {
        Run run = migration();
        carryOut(run, "start/db", 2, false);
        carryOut(run, "start/undo/db", 3, false);
        assertThat(carryOut(run, "start/db", 2, false)).isInstanceOf(Outcome.Failed.class);
        assertThat(hypervisor.runs("db")).isFalse();
    }

    @Test
    void aStopOutdatesEvenTheStartOfAVmThatWasNeverDefined() {
        Run run = migration();
        assertThat(carryOut(run, "start/undo/db", 3, false)).isInstanceOf(Outcome.Done.class);
        assertThat(carryOut(run, "start/db", 2, false)).isInstanceOf(Outcome.Failed.class);
        assertThat(hypervisor.runs("db")).isFalse();
    }

    @Test
    void aScriptWhoseEffectIsThereIsNotRun() {
        answers = true;
        assertThat(carryOut(scripted(true), "promote/promote", 1, true))
                .isEqualTo(new Outcome.Done("What scripts/promote does was there already.", true));
        assertThat(ran).isEmpty();
    }

    @Test
    void aScriptInDoubtIsRepeatedWhenItsEffectIsNotThere() {
        assertThat(carryOut(scripted(true), "promote/promote", 1, true))
                .isInstanceOf(Outcome.Done.class);
        assertThat(ran).containsExactly("scripts/promote");
    }

    @Test
    void aScriptInDoubtThatNobodyCanObserveIsPutToTheOperator() {
        assertThat(carryOut(scripted(false), "promote/promote", 1, true))
                .isInstanceOf(Outcome.Unsure.class);
        assertThat(ran).isEmpty();
    }

    @Test
    void aScriptThatEndsBadlyMayBeTriedAgain() {
        exit = 3;
        Outcome outcome = carryOut(scripted(false), "promote/promote", 1, false);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).retryable()).isTrue();
        assertThat(((Outcome.Failed) outcome).problem().sentence()).contains("exit code 3");
    }
}
