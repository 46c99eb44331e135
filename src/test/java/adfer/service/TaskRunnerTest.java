package adfer.service;

import static adfer.run.Plans.A;
import static adfer.run.Plans.step;
import static adfer.run.Plans.usual;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.kernel.TaskId;
import adfer.kernel.VmId;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What becomes of one task at its node. */
class TaskRunnerTest {
    private static final SecretRef DB = SecretRef.of("file:/etc/adfer/db");

    private final MemoryHypervisor hypervisor = new MemoryHypervisor();
    private final List<String> ran = new ArrayList<>();
    private boolean answers;
    private int exit;

    private final Prober prober =
            (spec, timeout) -> new Prober.Answer(answers, "It was asked.", Duration.ZERO);
    private final ScriptRunner scripts =
            (bundle, call, timeout, output) -> {
                ran.add(call.path());
                call.secrets().forEach((name, secret) -> ran.add(name + "=" + secret.reveal()));
                answers = true;
                return new ScriptRunner.Ended(exit, false, Duration.ZERO);
            };
    private final Map<SecretRef, Secret> secrets = new HashMap<>();
    private final TaskRunner runner =
            new TaskRunner(hypervisor, prober, scripts, this::find, Tenancy.UNBOUND);

    private Result<Secret> find(SecretRef reference) {
        return secrets.containsKey(reference)
                ? Result.ok(secrets.get(reference))
                : Result.refused("secret-unavailable", reference + " does not exist.");
    }

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

    /** It may have been defined by somebody else, so that nobody could define it anew as it is. */
    @Test
    void whatStandsStillAndMayGoOnIsNotDefinedAnew() {
        Run run = migration();
        carryOut(run, "start/db", 2, false);
        hypervisor.pause(new VmId("db"));
        assertThat(carryOut(run, "start/db", 2, true)).isInstanceOf(Outcome.Done.class);
        assertThat(hypervisor.runs("db")).isTrue();
        assertThat(hypervisor.defined).isEqualTo(1);
    }

    @Test
    void whatStandsStillAndMayNotGoOnIsDefinedAnew() {
        Run run = migration();
        carryOut(run, "start/db", 2, false);
        hypervisor.pause(new VmId("db"));
        assertThat(carryOut(run, "start/db", 4, false)).isInstanceOf(Outcome.Done.class);
        assertThat(hypervisor.runs("db")).isTrue();
        assertThat(hypervisor.defined).isEqualTo(2);
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

    private static Run secretive() {
        return Bench.of()
                .begin(Operation.MIGRATION, step("promote").script(A, "promote", "DB", DB))
                .run();
    }

    @Test
    void aScriptIsGivenItsSecrets() {
        secrets.put(DB, new Secret("hunter22"));
        assertThat(carryOut(secretive(), "promote/promote", 1, false))
                .isInstanceOf(Outcome.Done.class);
        assertThat(ran).containsExactly("scripts/promote", "DB=hunter22");
    }

    @Test
    void aScriptWhoseSecretIsMissingIsNotBegun() {
        Outcome outcome = carryOut(secretive(), "promote/promote", 1, false);
        assertThat(outcome)
                .isEqualTo(
                        new Outcome.Failed(
                                new Problem(
                                        "secret-unavailable",
                                        "promote/promote was not begun, since a secret is missing:"
                                                + " file:/etc/adfer/db does not exist."),
                                true));
        assertThat(ran).isEmpty();
    }

    @Test
    void aScriptInDoubtStaysInDoubtThoughItsSecretIsMissing() {
        assertThat(carryOut(secretive(), "promote/promote", 1, true))
                .isInstanceOf(Outcome.Unsure.class);
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
