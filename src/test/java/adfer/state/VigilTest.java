package adfer.state;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class VigilTest {
    private static final Instant NOW = Instant.parse("2026-11-27T03:00:00Z");
    private static final Group MAIL =
            new Group(new GroupId("mail"), "hash", new SiteId("a"), new Epoch(1), Optional.empty());

    private Vigil vigil = Vigil.NONE;

    @Test
    void verdictLastsWhileItIsTheSame() {
        look(lost(NOW, "It is silent."), 0);
        look(lost(NOW, "It is silent, and so is its uplink."), 3);
        assertThat(held(lost(NOW, "It is silent."), 7)).isEqualTo(Duration.ofNanos(7));
    }

    @Test
    void siteThatWasWellBetweenTwoLooksIsLostAnew() {
        look(lost(NOW, "It is silent."), 0);
        ClusterState again = lost(NOW.plusSeconds(2), "It is silent.");
        look(again, 5);
        assertThat(held(again, 7)).isEqualTo(Duration.ofNanos(2));
    }

    private void look(ClusterState state, long at) {
        vigil = vigil.noted(state, at);
    }

    private Duration held(ClusterState state, long at) {
        return vigil.held(state, MAIL, at).verdict();
    }

    private static ClusterState lost(Instant since, String sentence) {
        SiteVerdict verdict =
                new SiteVerdict(
                        MAIL.owner(),
                        SiteVerdict.Status.UNREACHABLE,
                        SiteVerdict.Diagnosis.SITE_DEAD,
                        sentence,
                        since);
        return ClusterState.of(1, NOW, 0, AuditEntry.GENESIS, List.of(MAIL, verdict));
    }
}
