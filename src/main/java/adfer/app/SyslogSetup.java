package adfer.app;

import adfer.adapter.syslog.SyslogServer;
import adfer.app.AdferConfiguration.SyslogSettings;
import adfer.port.AuditSink;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/** The syslog server of the configuration. */
final class SyslogSetup {
    private static final String PLACE = "audit.syslog.";

    private SyslogSetup() {}

    /**
     * @throws IllegalArgumentException with one sentence when it makes no sense
     */
    static Optional<AuditSink> of(SyslogSettings given, Path data) {
        if (given.server.isEmpty()) {
            return Optional.empty();
        }
        URI server = address(given.server);
        return Optional.of(
                new SyslogServer(
                        server,
                        ElsewhereSetup.trust(PLACE, given.authority),
                        given.timeout.toJavaDuration(),
                        data.resolve("audit.forwarded")));
    }

    private static URI address(String text) {
        try {
            URI server = new URI(text);
            boolean secured = "tls".equals(server.getScheme());
            boolean here = "tcp".equals(server.getScheme()) && Loopback.is(server.getHost());
            if (server.getHost() != null && (secured || here)) {
                return server;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                PLACE
                        + "server: '"
                        + text
                        + "' is no syslog server such as tls://siem.example.org:6514; tcp:// is for"
                        + " this machine alone, since everybody on the way could read it.");
    }
}
