package adfer.service;

import adfer.kernel.Result;
import adfer.port.NtpServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far this node's clock is from the time servers it was given: the answer of the first that
 * answers. It is shown to people; nothing is decided by it.
 */
public final class Chronometer {
    private static final Logger LOG = LoggerFactory.getLogger(Chronometer.class);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int PORT = 123;

    private final NtpServer ntp;
    private final List<String> servers;
    private volatile Optional<Duration> offset = Optional.empty();

    /**
     * @param servers {@code host} or {@code host:port}, asked in turn
     */
    public Chronometer(NtpServer ntp, List<String> servers) {
        this.ntp = ntp;
        this.servers = List.copyOf(servers);
    }

    /** The server's clock minus this node's, as last measured; empty when no server answered. */
    public Optional<Duration> offset() {
        return offset;
    }

    /** Asks; to be called again and again. */
    public void ask() {
        for (String server : servers) {
            int colon = server.lastIndexOf(':');
            String host = colon < 0 ? server : server.substring(0, colon);
            int port = colon < 0 ? PORT : Integer.parseInt(server.substring(colon + 1));
            switch (ntp.read(host, port, ANSWER)) {
                case Result.Ok<NtpServer.Reading>(var reading) -> {
                    offset = Optional.of(reading.offset());
                    return;
                }
                case Result.Refused<NtpServer.Reading>(var problems) ->
                        LOG.info("Time server {}: {}", server, problems.getFirst().sentence());
            }
        }
        offset = Optional.empty();
    }
}
