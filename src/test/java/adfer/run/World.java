package adfer.run;

import adfer.inventory.At;
import adfer.kernel.Actor;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.Problem;
import adfer.kernel.RunId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.plan.Task;
import adfer.plan.TaskAction;
import adfer.run.TaskProgress.Executor;
import adfer.run.TaskProgress.Status;
import adfer.state.Applied;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Transition;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Two sites, a log and a leader in virtual time. One thread and one seed: the same seed makes the
 * same history. What must always hold is checked as it happens.
 */
final class World {
    private static final int REMEMBERED = 6;
    private static final Actor LEADER = new Actor("leader", "system");

    private record Event(Instant at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    final SplittableRandom random;
    Fates fates;

    /** Whether messages get lost, doubled and late, and leaders look at what is over. */
    boolean stormy;

    Instant now = Instant.parse("2025-03-01T03:00:00Z");
    ClusterState state = ClusterState.EMPTY;
    final SortedMap<SiteId, WorldSite> sites = new TreeMap<>();
    final List<WorldNode> nodes = new ArrayList<>();
    final WorldChecks checks = new WorldChecks(this);

    private final SortedMap<Key, Integer> effects = new TreeMap<>();
    private final Deque<ClusterState> past = new ArrayDeque<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Optional<List<String>> trace;
    private long planned;
    private boolean looks;

    World(long seed, Optional<List<String>> trace) {
        this.random = new SplittableRandom(seed);
        this.fates = (task, attempt) -> Fates.Fate.KIND;
        this.trace = trace;
        for (SiteId id : List.of(Plans.A, Plans.B)) {
            WorldSite site = new WorldSite(id);
            sites.put(id, site);
            for (String number : List.of("1", "2")) {
                WorldNode node = new WorldNode(this, site, id + number);
                nodes.add(node);
                node.announce();
            }
        }
    }

    /** Publishes a group whose VMs run at site a. */
    void publish(String group, String... names) {
        List<At> inventory = new ArrayList<>();
        for (String name : names) {
            sites.values()
                    .forEach(site -> inventory.add(new At.VmAt(site.id, Bench.vm(group, name))));
            site(Plans.A).start(new VmId(name), Epoch.NONE);
        }
        checks.watch(new GroupId(group), Arrays.stream(names).map(VmId::new).toList());
        apply("", LEADER, "", new Command.ChangeInventory(inventory, List.of()));
        apply(
                "",
                LEADER,
                "",
                new Command.PublishRunbook(Bench.bundle(group), Bench.runbook(group)));
    }

    WorldSite site(SiteId id) {
        return Objects.requireNonNull(sites.get(id));
    }

    void note(Supplier<String> what) {
        trace.ifPresent(lines -> lines.add(now + " [" + state.index() + "] " + what.get()));
    }

    void after(Duration time, Runnable what) {
        events.add(new Event(now.plus(time), planned++, what));
    }

    Duration delay(int atMostMillis) {
        return Duration.ofMillis(stormy ? random.nextInt(atMostMillis) : 10);
    }

    boolean chance(int percent) {
        return stormy && random.nextInt(100) < percent;
    }

    void pass(Duration time) {
        Instant end = now.plus(time);
        while (!events.isEmpty() && !events.peek().at().isAfter(end)) {
            Event event = events.remove();
            now = event.at();
            event.what().run();
        }
        now = end;
    }

    /** Sends a command to the log; it may get lost, arrive late or arrive twice. */
    void send(Actor by, Command command) {
        if (!chance(10)) {
            after(delay(1_500), () -> apply("", by, "", command));
        }
        if (chance(10)) {
            after(delay(20_000), () -> apply("", by, "", command));
        }
    }

    Reply apply(String request, Actor by, String reason, Command command) {
        Entry entry = new Entry(request, by, now, reason, command);
        ClusterState before = state;
        Applied applied = Transition.apply(before, before.index() + 1, entry);
        state = applied.state();
        past.addLast(before);
        if (past.size() > REMEMBERED) {
            past.removeFirst();
        }
        note(() -> by.name() + ": " + brief(command) + " -> " + applied.reply());
        checks.applied(before, entry, applied);
        nodes.forEach(node -> node.applied(applied));
        look();
        return applied.reply();
    }

    private static String brief(Command command) {
        return command instanceof Command.StartRun start
                ? "StartRun "
                        + start.run()
                        + " "
                        + start.plan().operation()
                        + " of "
                        + start.plan().group()
                : command.toString();
    }

    /** Has the leader look at the runs soon, as it does whenever something was applied. */
    private void look() {
        if (!looks) {
            looks = true;
            after(
                    delay(1_000),
                    () -> {
                        looks = false;
                        conduct(seen());
                    });
        }
    }

    /** Looks also when nothing happens, since time does. */
    void lookEvery(Duration time) {
        after(
                time,
                () -> {
                    look();
                    lookEvery(time);
                });
    }

    /** What a leader sees: the newest, or what another one saw before it. */
    private ClusterState seen() {
        return chance(25)
                ? past.stream().skip(random.nextInt(past.size())).findFirst().orElse(state)
                : state;
    }

    private void conduct(ClusterState seen) {
        activeRuns(seen)
                .forEach(id -> {
                    Engine.Next next = Engine.next(seen.run(id).orElseThrow(), workers(seen), now);
                    if (!next.doubts().isEmpty()) {
                        send(
                                LEADER,
                                new Command.DoubtTasks(id, next.doubts(), "the node is gone."));
                    }
                    Outcome over = new Outcome.Done("The pause is over.", false);
                    next.timeUp()
                            .forEach(p ->
                                    send(
                                            LEADER,
                                            new Command.FinishTask(
                                                    id, p.task(), p.attempt(), over, "")));
                    if (!next.starts().isEmpty()) {
                        send(LEADER, new Command.StartTasks(id, next.starts()));
                    }
                });
    }

    static List<RunId> activeRuns(ClusterState state) {
        return state.groups().map(Group::activeRun).flatMap(Optional::stream).toList();
    }

    private Workers workers(ClusterState seen) {
        TreeMap<SiteId, List<Executor>> bySite = new TreeMap<>();
        seen.sessions()
                .filter(session -> connected(session.node()))
                .forEach(session ->
                        bySite.computeIfAbsent(session.site(), site -> new ArrayList<>())
                                .add(new Executor(session.node(), session.incarnation())));
        return new Workers(bySite);
    }

    private boolean connected(NodeId id) {
        return nodes.stream().anyMatch(node -> node.id.equals(id) && node.up && node.heard);
    }

    Task task(TaskProgress attempt) {
        return state.run(attempt.run()).flatMap(run -> run.task(attempt.task())).orElseThrow();
    }

    /** Whether the run of this attempt has a step that starts the VM at the attempt's site. */
    boolean startsHere(TaskProgress attempt, VmId vm) {
        SiteId site = task(attempt).site();
        return state.run(attempt.run()).orElseThrow().plan().steps().stream()
                .flatMap(step -> step.tasks().stream())
                .filter(other -> other.site().equals(site))
                .anyMatch(other ->
                        other.action() instanceof TaskAction.StartVm start
                                && start.vm().equals(vm));
    }

    boolean isCurrent(TaskProgress attempt) {
        return state.find(attempt.key())
                .map(TaskProgress.class::cast)
                .filter(p -> p.attempt() == attempt.attempt())
                .filter(p -> p.status() == Status.RUNNING || p.status() == Status.DOUBTFUL)
                .isPresent();
    }

    private static Key effect(TaskProgress attempt) {
        return attempt.key();
    }

    /** Whether a script's own check says that its effect is there. */
    boolean observes(Task task, TaskProgress attempt) {
        return task.action() instanceof TaskAction.RunScript script
                && script.observe().isPresent()
                && effects.containsKey(effect(attempt));
    }

    Outcome script(TaskAction.RunScript script, TaskProgress attempt, boolean thereAlready) {
        if (thereAlready) {
            return new Outcome.Done("It was there already.", true);
        } else if (attempt.recovering() && script.observe().isEmpty()) {
            return new Outcome.Unsure(new Problem("in-doubt", "Who knows?"));
        }
        effects.merge(effect(attempt), 1, Integer::sum);
        return new Outcome.Done("It ended well.", false);
    }

    /** How often a script has had its effect. */
    int effects(RunId run, String task) {
        return effects.getOrDefault(new Key(Kind.TASK, run + "/" + task), 0);
    }
}
