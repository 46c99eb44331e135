package adfer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

class LeaseTermsTest {
    @Test
    void everythingIsOffBeforeTheSoonestLapseWhateverTheClocksDoWithinTheBound() {
        Random random = new Random(20261122);
        for (int i = 0; i < 10_000; i++) {
            LeaseTerms terms = any(random);
            double drift = terms.driftPpm() / 1e6;
            double slowGuard =
                    terms.lasts().toNanos() / (1 - drift)
                            + terms.tick().toNanos()
                            + terms.stop().toNanos();
            double fastTaker = terms.waits().toNanos() / (1 + drift);
            assertThat(slowGuard).as("%s", terms).isLessThan(fastTaker);
        }
    }

    private static LeaseTerms any(Random random) {
        while (true) {
            try {
                return new LeaseTerms(
                        Duration.ofMillis(random.nextInt(2_000, 60_000)),
                        random.nextInt(500, 50_001),
                        Duration.ofMillis(random.nextInt(1, 30_000)),
                        Duration.ofMillis(random.nextInt(1, 1_000)),
                        Duration.ofMillis(random.nextInt(1, 2_000)),
                        Duration.ofMillis(random.nextInt(10, 5_000)));
            } catch (IllegalArgumentException unsafe) {
                assertThat(unsafe).hasMessageStartingWith("leases");
            }
        }
    }

    @Test
    void leaseThatLeavesNoRoomForThreeRenewalsIsRefusedWithWhatToDo() {
        assertThatThrownBy(() ->
                        new LeaseTerms(
                                Duration.ofSeconds(5),
                                2_000,
                                Duration.ofSeconds(3),
                                Duration.ofMillis(100),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1)))
                .hasMessage(
                        "leases: of a length of 5000 ms, 1890 ms remain before the stop has to"
                                + " begin, too little for 3 renewals every 1000 ms. Make the lease"
                                + " longer, or stop and renewEvery shorter.");
    }

    @Test
    void theDefaultsAreATenSecondLease() {
        assertThat(LeaseTerms.DEFAULT.lasts()).isEqualTo(Duration.ofMillis(6_880));
        assertThat(LeaseTerms.DEFAULT.waits()).isEqualTo(Duration.ofMillis(10_520));
    }
}
