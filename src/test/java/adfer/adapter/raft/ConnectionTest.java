package adfer.adapter.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

class ConnectionTest {
    private final Connection connection = new Connection();
    private final AtomicInteger renewals = new AtomicInteger();

    @Test
    void ofManyThatFailWithOneConnectionOneRenewsIt() {
        var over = connection.number();
        for (var i = 0; i < 5; i++) {
            connection.failed(over, renewals::incrementAndGet);
        }
        assertThat(renewals).hasValue(1);
    }

    @Test
    void theNextConnectionIsRenewedWhenItFailsInItsTurn() {
        connection.failed(connection.number(), renewals::incrementAndGet);
        connection.failed(connection.number(), renewals::incrementAndGet);
        assertThat(renewals).hasValue(2);
    }

    @Test
    void whatIsSentWhileItIsRenewedAndFailsLeavesTheNewOneAlone() {
        connection.failed(
                connection.number(),
                () -> {
                    renewals.incrementAndGet();
                    var sentMeanwhile = connection.number();
                    connection.failed(sentMeanwhile, renewals::incrementAndGet);
                    assertThat(connection.number()).isEqualTo(sentMeanwhile);
                });
        assertThat(renewals).hasValue(1);
    }

    @Test
    void whatWasSentWhileItWasRenewedAndFailsAfterwardsLeavesTheNewOneAlone() {
        var sentMeanwhile = new long[1];
        connection.failed(
                connection.number(),
                () -> {
                    renewals.incrementAndGet();
                    sentMeanwhile[0] = connection.number();
                });
        connection.failed(sentMeanwhile[0], renewals::incrementAndGet);
        assertThat(renewals).hasValue(1);
    }

    @Test
    void aRenewalThatBreaksIsTriedAgain() {
        assertThatThrownBy(() ->
                        connection.failed(
                                connection.number(),
                                () -> {
                                    throw new IllegalStateException("closed");
                                }))
                .isInstanceOf(IllegalStateException.class);
        connection.failed(connection.number(), renewals::incrementAndGet);
        assertThat(renewals).hasValue(1);
    }
}
