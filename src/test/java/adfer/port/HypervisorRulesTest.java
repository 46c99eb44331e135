package adfer.port;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.inventory.Ownership;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class HypervisorRulesTest {
    private static final GroupId MAIL = new GroupId("mail");

    @Test
    void suspendedVmGoesOnOnlyWhereItsMarkShowsThatNobodyElseHadItsGroup() {
        assertThat(hasOldMemory(Optional.of(4L), 4)).isFalse();
        assertThat(hasOldMemory(Optional.of(4L), 5)).isFalse();
        assertThat(hasOldMemory(Optional.of(4L), 6)).isTrue();
        assertThat(hasOldMemory(Optional.empty(), 1)).as("found without a mark").isTrue();
    }

    private static boolean hasOldMemory(Optional<Long> found, long epoch) {
        return HypervisorRules.hasOldMemory(found.map(HypervisorRulesTest::mark), mark(epoch));
    }

    private static Ownership mark(long epoch) {
        return new Ownership(MAIL, new Epoch(epoch));
    }
}
