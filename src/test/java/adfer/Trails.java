package adfer;

import adfer.kernel.Actor;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Audit trails as the replicated state makes them. */
public final class Trails {
    private Trails() {}

    /** A trail of {@code length} entries, and the state that has come of it. */
    public record Trail(List<AuditEntry> audit, ClusterState state) {}

    public static Trail of(int length) {
        ClusterState state = ClusterState.EMPTY;
        List<AuditEntry> audit = new ArrayList<>();
        for (int i = 1; i <= length; i++) {
            Applied applied = Transition.apply(state, i, judge("n " + i));
            state = applied.state();
            audit.add(applied.audit().orElseThrow());
        }
        return new Trail(List.copyOf(audit), state);
    }

    /** Jane judges site {@code a}, which makes an entity and an audit entry. */
    public static Entry judge(String sentence) {
        return new Entry(
                "",
                new Actor("jane", "cli"),
                Instant.parse("2025-03-01T03:00:01.987654321Z"),
                "",
                new Command.JudgeSite(
                        new SiteVerdict(
                                new SiteId("a"),
                                SiteVerdict.Status.DEGRADED,
                                SiteVerdict.Diagnosis.LINK_DEAD,
                                sentence,
                                Instant.parse("2025-03-01T03:00:00.123456789Z"))));
    }
}
