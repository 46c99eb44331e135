package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.SiteId;

import org.junit.jupiter.api.Test;

import java.util.List;

class KeepingTest {
    private static final SiteId A = new SiteId("a");
    private static final GroupId MAIL = new GroupId("mail");
    private static final GroupId WIKI = new GroupId("wiki");
    private static final Epoch FIRST = new Epoch(1);

    @Test
    void renewalIsNoProofWhereGuardsWereToldToLetTheVmsRun() {
        assertThat(
                        Keeping.renewals(
                                A,
                                List.of(lease(MAIL), lease(WIKI)),
                                List.of(
                                        claim(MAIL, WhenIsolated.KEEP),
                                        claim(WIKI, WhenIsolated.STOP)),
                                true))
                .containsExactly(new Renewal(MAIL, FIRST, false), new Renewal(WIKI, FIRST, true));
    }

    @Test
    void whatTheGuardsWereNotAskedForIsNotRenewed() {
        assertThat(
                        Keeping.renewals(
                                A,
                                List.of(lease(MAIL), lease(WIKI)),
                                List.of(claim(WIKI, WhenIsolated.STOP)),
                                true))
                .containsExactly(new Renewal(WIKI, FIRST, true));
    }

    private static Lease lease(GroupId group) {
        return Lease.granted(group, A, FIRST, 3);
    }

    private static Claim claim(GroupId group, WhenIsolated whenIsolated) {
        return new Claim(group, FIRST, whenIsolated, List.of());
    }
}
