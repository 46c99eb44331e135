package adfer.adapter.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/**
 * Makes sockets that wait for the other side no longer than a timeout. The SDK gives them one only
 * when the handshake is over.
 */
final class TimedSockets extends SocketFactory {
    private final SocketFactory factory;
    private final int millis;

    TimedSockets(SocketFactory factory, int millis) {
        this.factory = factory;
        this.millis = millis;
    }

    @Override
    public Socket createSocket() throws IOException {
        return timed(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return timed(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress own, int ownPort)
            throws IOException {
        return timed(factory.createSocket(host, port, own, ownPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return timed(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress own, int ownPort)
            throws IOException {
        return timed(factory.createSocket(host, port, own, ownPort));
    }

    private Socket timed(Socket socket) throws IOException {
        socket.setSoTimeout(millis);
        return socket;
    }
}
