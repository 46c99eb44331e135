package adfer.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes as they are, which no proper client would, and reads what is answered. */
final class RawHttp implements AutoCloseable {
    private final int port;
    private @org.jspecify.annotations.Nullable Socket socket;

    RawHttp(int port) {
        this.port = port;
    }

    /**
     * An answer.
     *
     * @param headers by their names in lower case
     */
    record Answer(int status, Map<String, String> headers, String body) {
        String type() {
            return headers.getOrDefault("content-type", "");
        }
    }

    /**
     * @throws IOException when nothing is answered, or nothing that can be read
     */
    Answer send(String method, byte[] request) throws IOException {
        boolean used = socket != null;
        try {
            return sendOnce(method, request);
        } catch (IOException e) {
            // The other end may have closed a connection that was idle.
            if (!used) {
                throw e;
            }
            return sendOnce(method, request);
        }
    }

    private Answer sendOnce(String method, byte[] request) throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket(InetAddress.getLoopbackAddress(), port);
            open.setSoTimeout(20_000);
            open.setTcpNoDelay(true);
            socket = open;
        }
        boolean keep = false;
        try {
            open.getOutputStream().write(request);
            Answer answer = read(method, new BufferedInputStream(open.getInputStream()));
            keep =
                    !answer.type().contains("event-stream")
                            && !answer.headers().getOrDefault("connection", "").contains("close");
            return answer;
        } finally {
            if (!keep) {
                close();
            }
        }
    }

    private static Answer read(String method, InputStream in) throws IOException {
        String line = line(in);
        if (!line.matches("HTTP/1\\.[01] \\d{3}.*")) {
            throw new IOException("That is no answer: " + line);
        }
        int status = Integer.parseInt(line.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[parts.length - 1].strip());
        }
        if (status < 200) {
            return read(method, in);
        }
        Answer bare = new Answer(status, headers, "");
        boolean empty = method.equals("HEAD") || status == 204 || status == 304;
        return empty || bare.type().contains("event-stream")
                ? bare
                : new Answer(status, headers, body(in, headers));
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String length = headers.get("content-length");
        if (length != null) {
            all.writeBytes(in.readNBytes(Integer.parseInt(length)));
        } else if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                all.writeBytes(in.readNBytes(size));
                line(in);
            }
            line(in);
        } else {
            all.writeBytes(in.readAllBytes());
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in).strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("The connection ended after '" + text + "'.");
            }
            if (octet != '\r') {
                text.append((char) octet);
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        Socket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
