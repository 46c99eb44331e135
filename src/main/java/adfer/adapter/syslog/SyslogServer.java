package adfer.adapter.syslog;

import adfer.port.AuditSink;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A syslog server that is reached by TCP (RFC 6587) or TLS (RFC 5425), each message with its length
 * before it. Syslog acknowledges nothing; so what was on its way when a connection broke may have
 * been lost, and is the caller's to send again.
 */
public final class SyslogServer implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogServer.class);

    private static final int TLS_PORT = 6514;
    private static final int TCP_PORT = 601;

    private final URI server;
    private final SSLContext tls;
    private final Duration timeout;
    private final Path file;
    private @Nullable Socket connection;

    /**
     * @param server as {@code tls://host:6514} or {@code tcp://host:601}; the port may be left out
     * @param timeout for connecting, and for each batch
     * @param file remembers what was sent last
     */
    public SyslogServer(URI server, SSLContext tls, Duration timeout, Path file) {
        this.server = server;
        this.tls = tls;
        this.timeout = timeout;
        this.file = file;
    }

    @Override
    public String name() {
        return server.toString();
    }

    @Override
    public Optional<Mark> last() {
        try {
            String[] words =
                    Files.exists(file)
                            ? Files.readString(file).strip().split(" ", -1)
                            : new String[0];
            return words.length == 2 && words[0].matches("[0-9]{1,18}")
                    ? Optional.of(new Mark(Long.parseLong(words[0]), words[1]))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} can't be read, so the audit trail is sent anew: {}", file, e.toString());
            return Optional.empty();
        }
    }

    @Override
    public void send(List<String> messages, Mark last) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        for (String message : messages) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            framed.writeBytes((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
            framed.writeBytes(bytes);
        }
        Socket socket = connected();
        // Sockets know no timeout for writing.
        Thread watchdog = Thread.ofVirtual().start(() -> closeAfterTimeout(socket));
        try {
            socket.getOutputStream().write(framed.toByteArray());
            socket.getOutputStream().flush();
        } catch (IOException e) {
            close();
            throw e;
        } finally {
            watchdog.interrupt();
        }
        remember(last);
    }

    private void closeAfterTimeout(Socket socket) {
        try {
            Thread.sleep(timeout);
            socket.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("A connection to {} didn't close: {}", server, e.toString());
        }
    }

    private Socket connected() throws IOException {
        Socket known = connection;
        if (known == null) {
            Socket fresh = connect();
            connection = fresh;
            return fresh;
        }
        if (left(known)) {
            close();
            throw new IOException("the server closed the connection");
        }
        return known;
    }

    private Socket connect() throws IOException {
        boolean secured = "tls".equals(server.getScheme());
        int port = server.getPort() >= 0 ? server.getPort() : secured ? TLS_PORT : TCP_PORT;
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(server.getHost(), port), (int) timeout.toMillis());
            plain.setSoTimeout((int) timeout.toMillis());
            return secured ? handshaken(plain, port) : plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private Socket handshaken(Socket plain, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory().createSocket(plain, server.getHost(), port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLHandshakeException e) {
            throw unknown(e)
                    ? new IOException(
                            "its certificate is signed by nobody that audit.syslog.authority"
                                    + " names",
                            e)
                    : e;
        }
        return socket;
    }

    private static boolean unknown(SSLHandshakeException refusal) {
        return String.valueOf(refusal.getMessage())
                .contains("unable to find valid certification path");
    }

    /** A server says nothing; so whatever can be read is its leaving. */
    private static boolean left(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void remember(Mark last) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, last.number() + " " + last.hash() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        Socket socket = connection;
        connection = null;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("The connection to {} didn't close: {}", server, e.toString());
            }
        }
    }
}
