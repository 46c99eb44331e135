package adfer.state;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.B;
import static adfer.plan.Stage.CATALOGUE;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.RunId;
import adfer.lease.Lease;
import adfer.plan.Stage;
import adfer.state.Leftover.Fault;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class LeftoversTest {
    private final Stage stage = new Stage();

    @Test
    void definitionThatWaitsForAFailoverIsNone() {
        stage.put(new At.VmAt(B, off("db-1")));
        assertThat(found()).isEmpty();
    }

    @Test
    void whatIsOnIsOneOnceTheListingIsCurrent() {
        stage.put(new At.VmAt(B, Stage.vm("db-1", 11, "db", 8192)));
        assertThat(faults()).containsExactly(Fault.ON);
        assertThat(found().getFirst().runsAtOwner()).isTrue();
        assertThat(found().getFirst().sentence())
                .isEqualTo(
                        "db-1 of catalogue at site b, which does not own it (site a does), is not"
                                + " off.");
        stage.put(new At.Sweep(B, NOW, 1, "The hypervisor is silent."));
        assertThat(found()).isEmpty();
    }

    @Test
    void whatItsHostWouldStartIsOne() {
        stage.put(new At.VmAt(B, off("db-1").withAutostart(true)));
        assertThat(faults()).containsExactly(Fault.AUTOSTART);
    }

    @Test
    void siteThatLostTheGroupHasToBearTheMarkOfTheNextTenureOrALaterOne() {
        moved(5);
        stage.put(new At.VmAt(B, off("db-1")));
        assertThat(faults()).containsExactly(Fault.UNMARKED);
        stage.put(new At.VmAt(B, marked(off("db-1"), CATALOGUE, 4)));
        assertThat(faults()).containsExactly(Fault.STALE);
        stage.put(new At.VmAt(B, marked(off("db-1"), CATALOGUE, 5)));
        assertThat(found()).isEmpty();
        stage.put(new At.VmAt(B, marked(off("db-1"), new GroupId("earlier"), 9)));
        assertThat(faults()).containsExactly(Fault.UNMARKED);
    }

    @Test
    void whatRunsNowhereElseSaysSo() {
        stage.put(new At.VmAt(A, off("db-1")));
        stage.put(new At.VmAt(B, Stage.vm("db-1", 11, "db", 8192)));
        assertThat(found().getFirst().runsAtOwner()).isFalse();
    }

    @Test
    void whatARunHasInHandIsNone() {
        stage.put(new At.VmAt(B, Stage.vm("db-1", 11, "db", 8192)));
        stage.busy(new RunId("r1"));
        assertThat(found()).isEmpty();
    }

    @Test
    void whatBearsTheMarkOfAnotherGroupThatTheSiteOwnsIsNone() {
        GroupId other = new GroupId("other");
        stage.put(new At.VmAt(B, marked(Stage.vm("db-1", 11, "db", 8192), other, 1)));
        assertThat(faults()).containsExactly(Fault.ON);
        stage.put(new Group(other, "hash", B, new Epoch(1), Optional.empty()));
        assertThat(found()).isEmpty();
    }

    @Test
    void theWorstComesFirst() {
        stage.put(new At.VmAt(B, off("db-1").withAutostart(true)));
        stage.put(new At.VmAt(B, Stage.vm("web-1", 21, "web", 2048)));
        assertThat(found()).extracting(Leftover::name).containsExactly("web-1", "db-1");
    }

    private void moved(long epoch) {
        stage.owner(A, epoch);
        stage.put(Lease.movedTo(CATALOGUE, A, new Epoch(epoch), 3));
    }

    static Vm off(String name) {
        return Stage.with(Stage.vm(name, 11, "db", 8192), Power.OFF);
    }

    static Vm marked(Vm vm, GroupId group, long epoch) {
        return new Vm(
                vm.id(),
                vm.name(),
                vm.host(),
                vm.power(),
                vm.vcpus(),
                vm.memoryMib(),
                vm.disks(),
                vm.nics(),
                vm.labels(),
                Optional.of(new Ownership(group, new Epoch(epoch))),
                vm.definition());
    }

    private List<Leftover> found() {
        List<Leftover> found = Leftovers.of(stage.state(), B);
        assertThat(Leftovers.of(stage.state())).isEqualTo(found);
        return found;
    }

    private List<Fault> faults() {
        return found().stream().flatMap(one -> one.faults().stream()).toList();
    }
}
