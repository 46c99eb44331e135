package adfer.adapter.probe;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.kernel.Result;
import adfer.port.NtpServer.Reading;
import adfer.port.Prober.Answer;
import adfer.runbook.ProbeSpec;
import adfer.runbook.ProbeSpec.Protocol;

import org.apache.commons.net.ntp.NtpV3Packet;
import org.apache.commons.net.ntp.TimeStamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;

/** NTP with a server whose answers are made to measure. */
@Timeout(90)
class NtpQuestionTest {
    private static final Duration AMPLE = Duration.ofSeconds(10);

    private final NetworkProber prober = new NetworkProber();

    @AfterEach
    void close() {
        prober.close();
    }

    @Test
    void offsetAndStratumAreRead() throws Exception {
        try (FalseClock server = new FalseClock(answer -> {}, 90_000)) {
            Result<Reading> result = prober.read("127.0.0.1", server.port(), AMPLE);
            Reading reading = ((Result.Ok<Reading>) result).value();
            assertThat(reading.stratum()).isEqualTo(2);
            assertThat(reading.offset()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100));
            assertThat(reading.roundTrip()).isGreaterThanOrEqualTo(Duration.ZERO);
        }
    }

    @Test
    void theSentenceSaysWhetherThisNodeIsAheadOrBehind() throws Exception {
        try (FalseClock server = new FalseClock(answer -> {}, -90_000)) {
            Answer answer = ask(server.port(), AMPLE);
            assertThat(answer.yes()).isTrue();
            assertThat(answer.sentence())
                    .matches(".* tells the time at stratum 2; this node's clock is \\d+ ms ahead");
        }
    }

    @Test
    void unsynchronisedServerIsNoTimeServer() throws Exception {
        try (FalseClock adrift =
                        new FalseClock(a -> a.setLeapIndicator(NtpV3Packet.LI_ALARM_CONDITION), 0);
                FalseClock lost = new FalseClock(answer -> answer.setStratum(16), 0)) {
            assertThat(ask(adrift.port(), AMPLE).sentence()).endsWith("is not synchronised itself");
            assertThat(ask(lost.port(), AMPLE).sentence()).endsWith("is not synchronised itself");
        }
    }

    @Test
    void kissOfDeathIsADecline() throws Exception {
        try (FalseClock server = new FalseClock(answer -> answer.setStratum(0), 0)) {
            assertThat(ask(server.port(), AMPLE).sentence()).contains("declines to answer");
        }
    }

    @Test
    void answerToNobodysQuestionIsRefused() throws Exception {
        TimeStamp longAgo = TimeStamp.getNtpTime(1_000_000_000_000L);
        try (FalseClock forged =
                        new FalseClock(answer -> answer.setOriginateTimeStamp(longAgo), 0);
                FalseClock echo =
                        new FalseClock(answer -> answer.setMode(NtpV3Packet.MODE_CLIENT), 0)) {
            assertThat(ask(forged.port(), AMPLE).sentence())
                    .endsWith("answers in another protocol");
            assertThat(ask(echo.port(), AMPLE).sentence()).endsWith("answers in another protocol");
        }
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(ask(silent.getLocalPort(), Duration.ofMillis(300)).sentence())
                    .endsWith("did not answer within 300 ms");
        }
    }

    private Answer ask(int port, Duration timeout) {
        return prober.ask(new ProbeSpec.Service(Protocol.NTP, "127.0.0.1", port), timeout);
    }
}
