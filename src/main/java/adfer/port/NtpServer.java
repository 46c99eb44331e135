package adfer.port;

import adfer.kernel.Result;

import java.time.Duration;

/** Asks a time server, once, how far this node's clock is from its own (RFC 5905, as a client). */
public interface NtpServer {
    /**
     * @param host an address, or a name that is looked up
     * @param port 1 to 65535, usually 123
     * @param timeout greater than zero; the answer comes by then
     * @return the reading, or in one sentence why there is none: no answer, not NTP, or a server
     *     that isn't synchronised itself
     */
    Result<Reading> read(String host, int port, Duration timeout);

    /**
     * @param offset what this node's clock lacks: positive when it is behind the server; to the
     *     millisecond, wrong by at most half of {@code roundTrip}
     * @param roundTrip zero or more
     * @param stratum 1 to 15, the server's distance from a reference clock
     */
    record Reading(Duration offset, Duration roundTrip, int stratum) {}
}
