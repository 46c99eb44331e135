package adfer.service;

import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import adfer.adapter.json.JacksonCodec;
import adfer.inventory.At;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Epoch;
import adfer.kernel.Key;
import adfer.kernel.NodeId;
import adfer.kernel.Sorted;
import adfer.mesh.NodeSession;
import adfer.plan.Stage;
import adfer.port.Codec;
import adfer.run.TaskProgress.Executor;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Group;
import adfer.state.Reply;
import adfer.state.Transition;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a node does about what is left over at its site, and what it says of it. */
class ReconcilerTest {
    private static final Reconciler.Times TIMES =
            new Reconciler.Times(
                    Duration.ofSeconds(30), Duration.ofSeconds(90), Duration.ofMinutes(3));
    private static final Executor B1 = new Executor(new NodeId("b1"), 7);
    private static final Vm LEFT = Stage.vm("db-1", 11, "db", 8192).withAutostart(true);

    private final Codec codec = new JacksonCodec();
    private final TakesAll log = new TakesAll(codec);
    private final Submitter submitter =
            new Submitter(log, codec, () -> NOW, Duration.ofSeconds(10));
    private final MemoryHypervisor site = new MemoryHypervisor();

    @AfterEach
    void close() {
        submitter.close();
    }

    @Test
    void whatIsLeftOverIsStoppedMarkedAndTakenOutOfItsHostsHands() {
        site.has(LEFT);
        assertThat(told(ordered(false), false)).contains(true);
        Vm vm = site.find(LEFT.id()).orElseThrow();
        assertThat(vm.power()).isEqualTo(Power.OFF);
        assertThat(vm.autostart()).isFalse();
        assertThat(vm.ownership()).contains(new Ownership(CATALOGUE, new Epoch(1)));
    }

    @Test
    void definitionIsRemovedWhereThatIsWished() {
        site.has(LEFT);
        assertThat(told(ordered(true), false)).contains(true);
        assertThat(site.find(LEFT.id())).isEmpty();
    }

    @Test
    void whatIsGoneAlreadyIsDone() {
        assertThat(told(ordered(false), false)).contains(true);
    }

    @Test
    void groupThatHasMovedSinceIsLeftAlone() {
        site.has(LEFT);
        assertThat(told(ordered(false), true)).contains(false);
        assertThat(site.find(LEFT.id())).contains(LEFT);
    }

    @Test
    void vmThatWasStartedForALaterTenureIsLeftAlone() {
        site.has(LEFT);
        site.start(LEFT.id(), Tenure.first(new Ownership(CATALOGUE, new Epoch(2))), Duration.ZERO);
        assertThat(told(ordered(false), false)).contains(false);
        assertThat(site.runs("id-db-1")).isTrue();
    }

    @Test
    void anotherLifeOfTheNodeDoesNothing() {
        site.has(LEFT);
        ClusterState state = ordered(false);
        try (Reconciler other = reconciler(new Executor(B1.node(), 8), state)) {
            other.applied(state, new TreeSet<>());
            await().during(Duration.ofMillis(200)).until(() -> log.commands() == 0);
        }
        assertThat(site.find(LEFT.id())).contains(LEFT);
    }

    private static ClusterState ordered(boolean undefine) {
        ClusterState state =
                new Stage()
                        .put(new At.VmAt(B, LEFT))
                        .put(
                                new NodeSession(
                                        B1.node(),
                                        B,
                                        7,
                                        NOW,
                                        "1",
                                        "",
                                        true,
                                        Sorted.empty(),
                                        List.of()))
                        .state();
        var applied =
                Transition.apply(
                        state,
                        state.index() + 1,
                        new Entry(
                                "",
                                new Actor("jane", "cli"),
                                NOW,
                                "",
                                new Command.OrderReconcile(
                                        B, List.of(LEFT.id()), undefine, B1, TIMES.within())));
        assertThat(applied.reply()).isInstanceOf(Reply.Accepted.class);
        return applied.state();
    }

    /**
     * @param moved whether the group has another owner by the time the node looks
     * @return whether the node said that it is done
     */
    private Optional<Boolean> told(ClusterState state, boolean moved) {
        ClusterState now = moved ? moved(state) : state;
        try (Reconciler reconciler = reconciler(B1, now)) {
            reconciler.applied(state, new TreeSet<>());
            reconciler.applied(state, new TreeSet<>());
            await().until(() -> log.commands() > 0);
            await().during(Duration.ofMillis(100)).until(() -> log.commands() == 1);
        }
        return log.entries().stream()
                .map(Entry::command)
                .map(Command.FinishReconcile.class::cast)
                .map(Command.FinishReconcile::done)
                .findFirst();
    }

    private static ClusterState moved(ClusterState state) {
        Map<Key, Entity> entities = new TreeMap<>(state.entities());
        Group group = state.group(CATALOGUE).orElseThrow();
        entities.put(
                group.key(),
                new Group(CATALOGUE, group.runbookHash(), B, new Epoch(2), Optional.empty()));
        return ClusterState.of(state.index(), NOW, 0, AuditEntry.GENESIS, entities.values());
    }

    private Reconciler reconciler(Executor self, ClusterState state) {
        return new Reconciler(self, site, new Replica(new Kept(state), codec), submitter, TIMES);
    }
}
