package adfer.app;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Where people and programs come in: by TLS, or without it from this machine alone. */
final class Doors {
    private Doors() {}

    /**
     * Gives the connectors their certificates.
     *
     * @throws IllegalArgumentException with one sentence when others could listen
     */
    static void prepare(AdferConfiguration given, Transport transport) {
        for (ConnectorFactory connector : connectors(given.getServerFactory())) {
            if (connector instanceof TlsConnector secured) {
                secured.prepare(transport);
            } else if (connector instanceof HttpConnectorFactory plain
                    && !(connector instanceof HttpsConnectorFactory)
                    && !given.tls.allowPlainHttp) {
                checkStaysHere(plain);
            }
        }
    }

    /** That people are told a port on which this node doesn't listen. */
    static Optional<String> nobodyAt(AdferConfiguration given) {
        URI told = URI.create(Objects.requireNonNull(given.nodes.get(given.node)).http);
        int port =
                told.getPort() >= 0 ? told.getPort() : told.getScheme().equals("https") ? 443 : 80;
        List<Integer> here =
                connectors(given.getServerFactory()).stream()
                        .flatMap(connector ->
                                connector instanceof HttpConnectorFactory listening
                                        ? Stream.of(listening.getPort())
                                        : Stream.empty())
                        .toList();
        return here.isEmpty() || here.contains(port)
                ? Optional.empty()
                : Optional.of(
                        "nodes."
                                + given.node
                                + ".http tells people port "
                                + port
                                + ", but this node listens on "
                                + here.getFirst()
                                + " (server.connector.port): unless something forwards it, nobody"
                                + " answers there.");
    }

    private static void checkStaysHere(HttpConnectorFactory plain) {
        @Nullable String host = plain.getBindHost();
        if (host == null || !Loopback.is(host)) {
            throw new IllegalArgumentException(
                    "server.connector: without TLS, everybody on the way from "
                            + (host == null ? "every address" : host)
                            + " could read and change what people do; use type: tls, bindHost:"
                            + " 127.0.0.1, or tls.allowPlainHttp: true where something in front of"
                            + " it does TLS.");
        }
    }

    private static List<ConnectorFactory> connectors(ServerFactory server) {
        return switch (server) {
            case SimpleServerFactory simple -> List.of(simple.getConnector());
            case DefaultServerFactory two ->
                    Stream.concat(
                                    two.getApplicationConnectors().stream(),
                                    two.getAdminConnectors().stream())
                            .toList();
            default -> List.of();
        };
    }
}
