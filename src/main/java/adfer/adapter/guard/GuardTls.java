package adfer.adapter.guard;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS between a node and a guard, around their conversation: each shows a certificate that names
 * it.
 *
 * @param contexts the present certificate and authorities, for one connection
 * @param caller whether a certificate is of a node that may call a guard
 * @param seen is told the certificate of a guard that answers, by the guard's host
 */
public record GuardTls(
        Supplier<SSLContext> contexts,
        Predicate<X509Certificate> caller,
        BiConsumer<String, X509Certificate> seen) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** The node's side: the guard's certificate has to be of the host that was called. */
    Socket call(Socket connected, String name, GuardLink.Address address) throws IOException {
        SSLSocket socket =
                (SSLSocket) factory().createSocket(connected, address.host(), address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(PROTOCOLS);
        socket.setSSLParameters(parameters);
        seen.accept(name, handshake(socket));
        return socket;
    }

    /** The guard's side: only nodes may ask. */
    Socket answer(Socket accepted) throws IOException {
        SSLSocket socket = (SSLSocket) factory().createSocket(accepted, null, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setNeedClientAuth(true);
        parameters.setProtocols(PROTOCOLS);
        socket.setUseClientMode(false);
        socket.setSSLParameters(parameters);
        if (!caller.test(handshake(socket))) {
            throw new SSLException("its certificate is of none of the nodes of this site");
        }
        return socket;
    }

    private SSLSocketFactory factory() {
        return contexts.get().getSocketFactory();
    }

    private static X509Certificate handshake(SSLSocket socket) throws IOException {
        socket.startHandshake();
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
}
