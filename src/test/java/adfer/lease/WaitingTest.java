package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

class WaitingTest {
    private static final long WAITS = LeaseTerms.DEFAULT.waits().toNanos();
    private static final GroupId MAIL = new GroupId("mail");
    private static final Lease LEASE =
            Lease.granted(MAIL, new SiteId("a"), new Epoch(1), 5).renewed(7, true);

    private Waiting waiting = Waiting.NONE.applied(List.of(LEASE), 1_000);

    @Test
    void leaseIsOverdueWhenItWasNotRenewedForTheWholeWait() {
        assertThat(overdue(1_000 + WAITS - 1)).isEmpty();
        assertThat(overdue(1_000 + WAITS)).containsExactly(new Overdue(MAIL, new Epoch(1), 7));
    }

    @Test
    void otherChangesOfTheStateDoNotBeginTheWaitAnew() {
        waiting = waiting.applied(List.of(LEASE), 9_000);
        assertThat(overdue(1_000 + WAITS)).hasSize(1);
    }

    @Test
    void renewalAndNewTenureBeginTheWaitAnew() {
        waiting = waiting.applied(List.of(LEASE.renewed(8, true)), 2_000);
        assertThat(overdue(2_000 + WAITS - 1)).isEmpty();
        Lease next = Lease.granted(MAIL, new SiteId("a"), new Epoch(2), 8);
        waiting = waiting.applied(List.of(next), 3_000);
        assertThat(overdue(3_000 + WAITS - 1)).isEmpty();
        assertThat(overdue(3_000 + WAITS)).containsExactly(new Overdue(MAIL, new Epoch(2), 8));
    }

    @Test
    void lapsedLeaseIsWaitedForNoMore() {
        waiting = waiting.applied(List.of(LEASE.lapsed(Instant.EPOCH, List.of())), 2_000);
        assertThat(overdue(Long.MAX_VALUE)).isEmpty();
    }

    private List<Overdue> overdue(long now) {
        return waiting.overdue(LeaseTerms.DEFAULT, now);
    }
}
