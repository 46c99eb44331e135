package adfer.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class TenureTest {
    private static final GroupId MAIL = new GroupId("mail");

    @Test
    void suspendedVmGoesOnOnlyWhereItsMarkShowsThatNobodyElseHadItsGroup() {
        assertThat(goesOn(MAIL, 4, 4)).isTrue();
        assertThat(goesOn(MAIL, 6, 4)).isTrue();
        assertThat(goesOn(MAIL, 3, 4)).isFalse();
        assertThat(goesOn(new GroupId("shop"), 6, 4)).isFalse();
    }

    @Test
    void unmarkedVmGoesOnOnlyWhereItsSiteHasAlwaysHadTheGroup() {
        assertThat(tenure(0).continues(Optional.empty())).isTrue();
        assertThat(tenure(1).continues(Optional.empty())).isFalse();
    }

    @Test
    void nothingGoesOnIntoATenureThatHasJustBegun() {
        assertThat(Tenure.first(new Ownership(MAIL, new Epoch(4))).since()).isEqualTo(new Epoch(4));
    }

    private static boolean goesOn(GroupId group, long epoch, long since) {
        return tenure(since).continues(Optional.of(new Ownership(group, new Epoch(epoch))));
    }

    private static Tenure tenure(long since) {
        return new Tenure(new Ownership(MAIL, new Epoch(8)), new Epoch(since));
    }
}
