package adfer.plan;

import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.kernel.TaskId;
import adfer.runbook.Action;
import adfer.runbook.Check;
import adfer.runbook.Placeholders;
import adfer.runbook.Selector;
import adfer.runbook.Side;
import adfer.runbook.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes the tasks of one step, with everything chosen. */
final class Tasks {
    /** What a check's task gets beyond the time in which the check must hold. */
    private static final Duration CHECK_GRACE = Duration.ofSeconds(10);

    private static final Duration UNDO_GRACEFUL = Duration.ofMinutes(1);
    private static final Duration UNDO_TIMEOUT = Duration.ofMinutes(5);

    private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9._-]");

    private final Scene scene;
    private final Step step;
    private final TreeSet<String> taken = new TreeSet<>();

    Tasks(Scene scene, Step step) {
        this.scene = scene;
        this.step = step;
    }

    /** A VM and the wave in which its turn comes. */
    private record Turn(Vm vm, int wave) {}

    List<Task> forward() {
        return of(step.action(), step.id().value(), step.timeout(), step.observe());
    }

    private List<Task> of(Action action, String prefix, Duration timeout, Optional<Check> observe) {
        return switch (action) {
            case Action.StopVms stop ->
                    each(
                            turns(stop.vms(), stop.order()),
                            prefix,
                            stop.at(),
                            timeout,
                            vm -> stop(vm, stop.graceful()));
            case Action.StartVms start ->
                    each(
                            turns(start.vms(), start.order()),
                            prefix,
                            start.at(),
                            timeout,
                            vm -> start(vm, start.at()));
            case Action.Script script -> List.of(script(script, prefix, timeout, observe));
            case Action.Probe probe -> List.of(ask(probe.check(), prefix + "/probe", probe.at()));
            case Action.Approve approve ->
                    List.of(
                            people(
                                    prefix + "/approval",
                                    new TaskAction.Approve(approve.role(), approve.message()),
                                    timeout));
            case Action.Pause pause ->
                    List.of(
                            people(
                                    prefix + "/pause",
                                    new TaskAction.Wait(pause.time(), pause.message()),
                                    timeout));
        };
    }

    private interface Choice {
        Optional<TaskAction> of(Vm vm);
    }

    private List<Task> each(
            List<Turn> turns, String prefix, Side side, Duration timeout, Choice choice) {
        List<Task> tasks = new ArrayList<>();
        for (Turn turn : turns) {
            choice.of(turn.vm())
                    .ifPresent(action ->
                            tasks.add(
                                    task(
                                            vmTask(prefix, turn.vm()),
                                            action,
                                            scene.site(side),
                                            turn.wave(),
                                            timeout)));
        }
        return tasks;
    }

    private static Optional<TaskAction> stop(Vm vm, Duration graceful) {
        return Optional.of(new TaskAction.StopVm(vm.id(), vm.name(), graceful));
    }

    /** Empty for a VM without a place, which is refused elsewhere. */
    private Optional<TaskAction> start(Vm vm, Side side) {
        var host =
                switch (side) {
                    case SOURCE -> vm.host();
                    case TARGET -> Optional.ofNullable(scene.hosts().get(vm.id()));
                };
        return host.map(h -> new TaskAction.StartVm(vm.id(), vm.name(), h, scene.nics(vm, side)));
    }

    private Task script(
            Action.Script script, String prefix, Duration timeout, Optional<Check> observe) {
        Names names = names(script.at());
        return task(
                id(prefix + "/script"),
                new TaskAction.RunScript(
                        script.run(),
                        names.filled(script.arguments()),
                        names.environment(script.environment()),
                        script.secrets(),
                        observe.map(names::resolved)),
                scene.site(script.at()),
                0,
                timeout);
    }

    /** A step's own environment and secrets go to the scripts that verify and observe it, too. */
    private Names names(Side side) {
        TreeMap<String, String> environment = new TreeMap<>();
        SortedMap<String, SecretRef> secrets = Sorted.empty();
        if (step.action() instanceof Action.Script script) {
            environment.putAll(
                    new Names(scene, step.id(), side, Sorted.empty(), secrets)
                            .environment(script.environment()));
            secrets = script.secrets();
        }
        environment.put("ADFER_GROUP", scene.runbook().group().value());
        environment.put("ADFER_OPERATION", scene.operation().word());
        environment.put("ADFER_SOURCE", scene.source().id().value());
        environment.put("ADFER_TARGET", scene.target().id().value());
        environment.put("ADFER_SITE", scene.site(side).value());
        environment.put("ADFER_STEP", step.id().value());
        return new Names(scene, step.id(), side, environment, secrets);
    }

    List<Task> verify() {
        Side side = side(step.action());
        List<Task> tasks = new ArrayList<>();
        for (Check check : step.verify()) {
            String prefix = step.id() + "/verify";
            if (Placeholders.perVm(check.probe())) {
                for (Vm vm : picked()) {
                    Check about =
                            new Check(
                                    Placeholders.about(check.probe(), vm.name()),
                                    check.within(),
                                    check.every());
                    tasks.add(ask(about, prefix + "-" + slug(vm.name()), side));
                }
            } else {
                tasks.add(ask(check, prefix + "-" + (tasks.size() + 1), side));
            }
        }
        return tasks;
    }

    private Task ask(Check check, String id, Side side) {
        return task(
                id(id),
                new TaskAction.Ask(names(side).resolved(check)),
                scene.site(side),
                0,
                check.within().plus(CHECK_GRACE));
    }

    private Task people(String id, TaskAction action, Duration timeout) {
        return task(id(id), action, scene.target().id(), 0, timeout);
    }

    /** What runs again after a restart in place is left running when that is cancelled. */
    List<Task> undo() {
        if (scene.operation() == Operation.RESTART) {
            return List.of();
        }
        String prefix = "undo." + step.id();
        if (step.undo().isPresent()) {
            Step.Undo undo = step.undo().get();
            boolean lost = side(undo.action()) == Side.SOURCE && !scene.reachable();
            return lost ? List.of() : of(undo.action(), prefix, undo.timeout(), Optional.empty());
        }
        return switch (step.action()) {
            case Action.StartVms start ->
                    each(
                            reversed(turns(start.vms(), start.order())),
                            prefix,
                            start.at(),
                            UNDO_TIMEOUT,
                            vm -> stop(vm, UNDO_GRACEFUL));
            case Action.StopVms stop ->
                    stop.at() == Side.SOURCE ? startAgain(stop, prefix) : List.of();
            case Action.Script ignored -> List.of();
            case Action.Probe ignored -> List.of();
            case Action.Approve ignored -> List.of();
            case Action.Pause ignored -> List.of();
        };
    }

    /** Starts where they ran those VMs that did run. */
    private List<Task> startAgain(Action.StopVms stop, String prefix) {
        List<Turn> ran =
                turns(stop.vms(), stop.order()).stream()
                        .filter(turn -> turn.vm().power() != Power.OFF)
                        .toList();
        List<String> placeless =
                ran.stream()
                        .filter(turn -> turn.vm().host().isEmpty())
                        .map(turn -> turn.vm().name())
                        .toList();
        if (!placeless.isEmpty()) {
            scene.remarks()
                    .warn(
                            "no-way-back",
                            "Cancelling would not start "
                                    + Remarks.names(placeless)
                                    + " again: nobody knows on which host of site "
                                    + scene.source().id()
                                    + " they run.");
        }
        return each(reversed(ran), prefix, Side.SOURCE, UNDO_TIMEOUT, vm -> start(vm, Side.SOURCE));
    }

    private static List<Turn> reversed(List<Turn> turns) {
        int last = turns.stream().mapToInt(Turn::wave).max().orElse(0);
        return turns.stream()
                .map(turn -> new Turn(turn.vm(), last - turn.wave()))
                .sorted(Comparator.comparingInt(Turn::wave))
                .toList();
    }

    /** The VMs that the step's action handles; none for actions that handle none. */
    List<Vm> picked() {
        return switch (step.action()) {
            case Action.StopVms stop -> picked(stop.vms());
            case Action.StartVms start -> picked(start.vms());
            case Action.Script ignored -> List.of();
            case Action.Probe ignored -> List.of();
            case Action.Approve ignored -> List.of();
            case Action.Pause ignored -> List.of();
        };
    }

    private List<Vm> picked(List<Selector> selectors) {
        if (selectors.isEmpty()) {
            return scene.vms();
        }
        Picker picker = new Picker(selectors);
        return scene.vms().stream().filter(picker::picks).toList();
    }

    private List<Turn> turns(List<Selector> selectors, List<Action.Wave> order) {
        List<Picker> waves = order.stream().map(wave -> new Picker(wave.vms())).toList();
        return picked(selectors).stream()
                .map(vm -> new Turn(vm, wave(vm, waves)))
                .sorted(Comparator.comparingInt(Turn::wave))
                .toList();
    }

    private static int wave(Vm vm, List<Picker> waves) {
        for (int i = 0; i < waves.size(); i++) {
            if (waves.get(i).picks(vm)) {
                return i;
            }
        }
        return waves.size();
    }

    static Side side(Action action) {
        return switch (action) {
            case Action.StopVms stop -> stop.at();
            case Action.StartVms start -> start.at();
            case Action.Script script -> script.at();
            case Action.Probe probe -> probe.at();
            case Action.Approve ignored -> Side.TARGET;
            case Action.Pause ignored -> Side.TARGET;
        };
    }

    private Task task(TaskId id, TaskAction action, SiteId site, int wave, Duration timeout) {
        return new Task(id, action, site, wave, timeout, scene.expected(id, action, timeout));
    }

    private TaskId vmTask(String prefix, Vm vm) {
        return id(prefix + "/" + slug(vm.name()));
    }

    /** VM names may hold what a task's name may not, and two of them may then look alike. */
    private static String slug(String name) {
        String slug = UNFIT.matcher(name).replaceAll("-");
        return slug.length() <= 48 ? slug : slug.substring(0, 48);
    }

    private TaskId id(String wanted) {
        String id = wanted;
        for (int i = 2; !taken.add(id); i++) {
            id = wanted + "." + i;
        }
        return new TaskId(id);
    }
}
