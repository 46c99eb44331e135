package adfer.service;

import static adfer.plan.Stage.A;
import static adfer.plan.Stage.NOW;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.plan.Stage;

import org.junit.jupiter.api.Test;

import java.util.List;

class ServicesTest {
    private final Services services = new Services();
    private final Stage stage = new Stage();

    @Test
    void aServiceIsReadyWithWhatItsSiteHas() {
        Views.ServiceView service = services.of(stage.state(), NOW).getFirst();
        assertThat(service.vms()).isEqualTo(3);
        assertThat(service.running()).isEqualTo(3);
        assertThat(service.owner()).isEqualTo(A);
        assertThat(service.readiness()).isNotEqualTo(Views.Readiness.NOT_READY);
    }

    @Test
    void allWhoLookAtOneStateGetTheSame() {
        List<Views.ServiceView> first = services.of(stage.state(), NOW);
        assertThat(services.of(stage.state(), NOW.plusSeconds(4))).isSameAs(first);
    }

    @Test
    void aChangeShowsAtOnce() {
        services.of(stage.state(), NOW);
        stage.put(new At.VmAt(A, Stage.with(Stage.vm("db-1", 11, "db", 8192), Power.OFF)));
        assertThat(services.of(stage.state(), NOW).getFirst().running()).isEqualTo(2);
    }

    @Test
    void whatAHostStartsByItselfIsNamed() {
        assertThat(services.of(stage.state(), NOW).getFirst().autostart()).isEmpty();
        stage.put(new At.VmAt(A, Stage.vm("db-1", 11, "db", 8192).withAutostart(true)));
        assertThat(services.of(stage.state(), NOW).getFirst().autostart()).containsExactly("db-1");
    }

    @Test
    void ageShowsThoughNothingChanges() {
        List<Views.ServiceView> first = services.of(stage.state(), NOW);
        List<Views.ServiceView> later = services.of(stage.state(), NOW.plusSeconds(3_600));
        assertThat(later.getFirst().remarks()).isNotEqualTo(first.getFirst().remarks());
    }
}
