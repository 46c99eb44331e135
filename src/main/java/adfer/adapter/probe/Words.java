package adfer.adapter.probe;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;

/** Failures of a connection in plain words. */
final class Words {
    private static final int LONGEST_QUOTE = 120;

    private Words() {}

    /** Why {@code who} did not take the connection. */
    static String notConnected(String who, IOException e, Duration timeout) {
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return switch (e) {
            case SocketTimeoutException _ ->
                    who + " did not take the connection within " + span(timeout);
            case ConnectException _ when reason.contains("refused") ->
                    who + " refused the connection";
            case NoRouteToHostException _ -> "there is no route to " + who;
            case SocketException _ when reason.contains("unreachable") ->
                    "there is no route to " + who;
            default -> who + " could not be reached: " + quote(reason);
        };
    }

    /** Why {@code who}, connected, did not answer as it should. */
    static String noAnswer(String who, IOException e, Duration timeout) {
        return switch (e) {
            case Line.TooMuch _ ->
                    who + " talks without end: more than " + Line.MAX_BYTES / 1024 + " KiB";
            default ->
                    late(e)
                            ? who
                                    + " took the connection but did not answer within "
                                    + span(timeout)
                            : closed(e)
                                    ? who + " closed the connection without an answer"
                                    : who
                                            + " broke the connection: "
                                            + quote(String.valueOf(e.getMessage()));
        };
    }

    /** What is wrong with a server's TLS. */
    static String tls(Throwable e) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            String reason = String.valueOf(t.getMessage());
            if (t instanceof CertificateExpiredException) {
                return "its TLS certificate has expired (" + quote(reason) + ")";
            } else if (t instanceof CertificateNotYetValidException) {
                return "its TLS certificate is not valid yet (" + quote(reason) + ")";
            } else if (reason.startsWith("No subject alternative")
                    || reason.startsWith("No name matching")) {
                return "its TLS certificate is for another name (" + quote(reason) + ")";
            } else if (reason.contains("unable to find valid certification path")) {
                return "its TLS certificate is signed by nobody this node trusts";
            } else if (reason.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")) {
                return "it does not speak TLS on this port";
            }
        }
        return "no TLS connection came about (" + quote(String.valueOf(e.getMessage())) + ")";
    }

    /** Text from outside, on one line, without control characters, at most 120 of it. */
    static String quote(String text) {
        String head = text.length() > 4 * LONGEST_QUOTE ? text.substring(0, 480) : text;
        String line = head.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
    }

    static String span(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether the deadline ended it, which some clients hide in a cause. */
    static boolean late(Throwable e) {
        return e instanceof SocketTimeoutException
                || e.getCause() instanceof SocketTimeoutException;
    }

    /** Whether the other side ended the connection, as the libraries put it in their own words. */
    static boolean closed(Throwable e) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            String reason = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
            if (t instanceof EOFException
                    || reason.contains("reset")
                    || reason.contains("closed")
                    || reason.contains("broken pipe")
                    || reason.contains("received no bytes")) {
                return true;
            }
        }
        return false;
    }
}
