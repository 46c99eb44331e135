package adfer.app;

import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.LiveCredentials;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;

import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.util.Duration;

import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * HTTPS for people and programs, with a certificate from PEM files: {@code type: tls} in the
 * configuration. Without files of its own it shows the node's certificate.
 */
@JsonTypeName("tls")
public final class TlsConnector extends HttpConnectorFactory {
    private static final Logger LOG = LoggerFactory.getLogger(TlsConnector.class);

    @JsonProperty String certificate = "";
    @JsonProperty String key = "";

    /** How long browsers remember to come by HTTPS only; 0s for not at all. */
    @JsonProperty Duration strictTransport = Duration.days(365);

    private @Nullable LiveCredentials credentials;

    /** Takes the certificate it is to show. */
    void prepare(Transport transport) {
        if (certificate.isBlank() != key.isBlank()) {
            throw new IllegalArgumentException(
                    "server.connector: certificate and key go together; give both or neither.");
        }
        credentials =
                transport.people(
                        certificate.isBlank()
                                ? Optional.empty()
                                : Optional.of(
                                        new CredentialFiles(
                                                Path.of(certificate),
                                                Path.of(key),
                                                Optional.empty(),
                                                Optional.empty())));
    }

    @Override
    protected HttpConfiguration buildHttpConfiguration() {
        HttpConfiguration http = super.buildHttpConfiguration();
        http.setSecureScheme("https");
        http.setSecurePort(getPort());
        // Who asks by another name than the certificate's has been warned by the browser.
        SecureRequestCustomizer secure = new SecureRequestCustomizer(false);
        secure.setStsMaxAge(strictTransport.toSeconds());
        http.addCustomizer(secure);
        return http;
    }

    @Override
    protected ServerConnector buildConnector(
            Server server,
            Scheduler scheduler,
            ByteBufferPool buffers,
            @Nullable String name,
            @Nullable ThreadPool threads,
            ConnectionFactory... factories) {
        SslContextFactory.Server ssl = secured();
        server.addBean(ssl);
        ConnectionFactory first = new SslConnectionFactory(ssl, factories[0].getProtocol());
        return super.buildConnector(
                server,
                scheduler,
                buffers,
                name,
                threads,
                Stream.concat(Stream.of(first), Stream.of(factories))
                        .toArray(ConnectionFactory[]::new));
    }

    private SslContextFactory.Server secured() {
        LiveCredentials live = credentials;
        if (live == null) {
            throw new IllegalStateException("the connector was not prepared");
        }
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        ssl.setSslContext(live.context());
        live.onChange(() -> {
            try {
                ssl.reload(changing -> changing.setSslContext(live.context()));
            } catch (Exception e) {
                LOG.error("The new certificate can't be shown to people: {}", e.toString());
            }
        });
        return ssl;
    }
}
