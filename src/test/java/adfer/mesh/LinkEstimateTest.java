package adfer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import adfer.kernel.NodeId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** The link rule on beats whose fate is drawn from a seed. */
class LinkEstimateTest {
    private static final LinkPolicy POLICY = LinkPolicy.DEFAULT;
    private static final Duration BEAT = POLICY.interval();

    private LinkEstimate link = LinkEstimate.NEW;
    private Duration now = Duration.ZERO;
    private int falseAlarms;

    @Test
    void linkThatWasNeverAnsweredIsDown() {
        assertThat(link.up(POLICY, now)).isFalse();
        assertThat(link.sent(now).up(POLICY, now)).isFalse();
    }

    @Test
    void deadPeerIsNoticedAfterFourBeatsAndTheLeastPatience() {
        beats(100, 0, () -> 1);
        Duration lastProof = link.proven().orElseThrow();
        assertThat(silence()).isEqualTo(BEAT.multipliedBy(4).plus(POLICY.leastPatience()));
        assertThat(link.proven()).contains(lastProof);
    }

    @Test
    void lossyLinkIsGivenMoreBeats() {
        beats(200, 0.2, () -> 1);
        assertThat(silence())
                .isBetween(BEAT.multipliedBy(6), POLICY.limit().plus(Duration.ofMillis(10)));
    }

    @Test
    void cleanLinkRaisesNoFalseAlarmInADay() {
        beats(172_800, 0, () -> 1);
        assertThat(falseAlarms).isZero();
    }

    @Test
    void tenPercentLossRaisesHardlyAFalseAlarmInADay() {
        beats(172_800, 0.10, () -> 1);
        assertThat(falseAlarms).isLessThanOrEqualTo(3);
    }

    @Test
    void jitterRaisesNoFalseAlarm() {
        Random random = new Random(5);
        beats(100_000, 0.02, () -> 20 + Math.abs(random.nextGaussian()) * 120);
        assertThat(falseAlarms).isZero();
    }

    @Test
    void slowLinkIsNotDead() {
        beats(100, 0, () -> 2);
        beats(400, 0, () -> 900);
        assertThat(falseAlarms).isZero();
        assertThat(link.view(peer(), World.FIBRE, POLICY, now).roundTrip().orElseThrow())
                .isCloseTo(Duration.ofMillis(900), Duration.ofMillis(1));
    }

    @Test
    void nodeThatStoodStillItselfHoldsNoSilenceAgainstItsPeers() {
        beats(100, 0, () -> 1);
        now = now.plusSeconds(4);
        link = link.sent(now);
        assertThat(link.up(POLICY, now.plusMillis(90))).isTrue();
    }

    @Test
    void lifeIsNeverProvenForLongerThanTheLimit() {
        beats(100, 0, () -> 1);
        Duration proof = link.proven().orElseThrow();
        assertThat(link.up(POLICY, proof.plus(POLICY.limit()))).isTrue();
        assertThat(link.up(POLICY, proof.plus(POLICY.limit()).plusNanos(1))).isFalse();
    }

    @Test
    void oldProofChangesNothing() {
        beats(10, 0, () -> 1);
        Duration proof = link.proven().orElseThrow();
        assertThat(link.proven(proof, now, POLICY)).isEqualTo(link);
        assertThat(link.proven(proof.minusMillis(500), now, POLICY)).isEqualTo(link);
    }

    @Test
    void outageIsNotCountedAsLoss() {
        beats(100, 0, () -> 1);
        beats(1000, 1, () -> 1);
        beats(10, 0, () -> 1);
        assertThat(link.unanswered().share()).isZero();
        assertThat(link.up(POLICY, now)).isTrue();
    }

    @Test
    void lossOfTheirMessagesIsMeasured() {
        beats(10, 0, () -> 1);
        for (int i = 0; i < 100; i++) {
            link = link.heard(now, i % 4 == 0 ? 1 : 0, POLICY);
        }
        assertThat(link.view(peer(), World.FIBRE, POLICY, now).loss()).isCloseTo(0.2, within(0.02));
    }

    private static NodeId peer() {
        return World.node("a1");
    }

    /** Beats with a share lost, whose answers take so many milliseconds, at most one interval. */
    private void beats(int count, double loss, DoubleSupplier roundTripMillis) {
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            Duration sentAt = now;
            boolean wasUp = link.up(POLICY, now);
            link = link.sent(sentAt);
            Duration took = Duration.ofNanos((long) (roundTripMillis.getAsDouble() * 1e6));
            if (random.nextDouble() >= loss) {
                Duration back = sentAt.plus(took);
                link = link.heard(back, 0, POLICY).measured(took).proven(sentAt, back, POLICY);
            }
            now = now.plus(BEAT);
            if (wasUp && !link.up(POLICY, now)) {
                falseAlarms++;
            }
        }
    }

    /** Beats on without an answer until the link is called down. */
    private Duration silence() {
        Duration proof = link.proven().orElseThrow();
        Duration next = proof.plus(BEAT);
        for (now = proof; link.up(POLICY, now); now = now.plusMillis(1)) {
            if (now.equals(next)) {
                link = link.sent(now);
                next = next.plus(BEAT);
            }
        }
        return now.minus(proof);
    }
}
