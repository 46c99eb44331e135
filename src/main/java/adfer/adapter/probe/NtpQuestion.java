package adfer.adapter.probe;

import adfer.kernel.Result;
import adfer.port.NtpServer.Reading;

import org.apache.commons.net.ntp.NTPUDPClient;
import org.apache.commons.net.ntp.NtpV3Packet;
import org.apache.commons.net.ntp.TimeInfo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One exchange with a time server. */
final class NtpQuestion {
    private NtpQuestion() {}

    static Result<Reading> ask(
            InetAddress address, String who, int port, Duration timeout, Deadline deadline) {
        try (NTPUDPClient client = new NTPUDPClient()) {
            client.setDefaultTimeout(Duration.ofMillis(deadline.millis()));
            client.open();
            TimeInfo info = client.getTime(address, port);
            info.computeDetails();
            return judge(who, info);
        } catch (SocketTimeoutException e) {
            return no(who + " did not answer within " + Words.span(timeout));
        } catch (SocketException e) {
            return no(Words.notConnected(who, e, timeout));
        } catch (IOException | IllegalArgumentException e) {
            return no(who + " answers in another protocol");
        }
    }

    private static Result<Reading> judge(String who, TimeInfo info) {
        NtpV3Packet message = info.getMessage();
        Long offset = info.getOffset();
        Long delay = info.getDelay();
        if (message.getMode() != NtpV3Packet.MODE_SERVER) {
            return no(who + " answers in another protocol");
        } else if (message.getStratum() == 0) {
            return no(who + " declines to answer (" + message.getReferenceIdString() + ")");
        } else if (message.getLeapIndicator() == NtpV3Packet.LI_ALARM_CONDITION
                || message.getStratum() > 15
                || offset == null
                || delay == null) {
            return no(who + " answers, but is not synchronised itself");
        }
        return Result.ok(
                new Reading(
                        Duration.ofMillis(offset),
                        Duration.ofMillis(Math.max(0, delay)),
                        message.getStratum()));
    }

    private static Result<Reading> no(String sentence) {
        return Result.refused("no-time", sentence);
    }
}
