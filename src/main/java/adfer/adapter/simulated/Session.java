package adfer.adapter.simulated;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** One client's connection to a simulated guest; the loopback thread's own. */
final class Session {
    private static final int LINE_AT_MOST = 4_096;
    private static final int UNSENT_AT_MOST = 16_384;
    private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();

    private final SocketChannel client;
    private final SelectionKey key;
    private final Dialogue dialogue;
    private final Consumer<Session> onClose;
    private final ByteBuffer in = ByteBuffer.allocate(LINE_AT_MOST);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private boolean leaving;
    private long lastNanos = System.nanoTime();

    Session(SocketChannel client, SelectionKey key, Dialogue dialogue, Consumer<Session> onClose) {
        this.client = client;
        this.key = key;
        this.dialogue = dialogue;
        this.onClose = onClose;
    }

    void greet() throws IOException {
        send(dialogue.greeting());
        flush();
    }

    /** Does what the channel is ready for. */
    void go() throws IOException {
        lastNanos = System.nanoTime();
        try {
            if (key.isReadable()) {
                read();
            }
            flush();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    boolean idle(long nowNanos) {
        return nowNanos - lastNanos > IDLE_NANOS;
    }

    void close() throws IOException {
        onClose.accept(this);
        client.close();
    }

    private void read() throws IOException {
        if (client.read(in) < 0) {
            leaving = true;
            return;
        }
        in.flip();
        int start = 0;
        for (int i = 0; i < in.limit() && !leaving; i++) {
            if (in.get(i) == '\n') {
                answer(new String(in.array(), start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        in.position(start);
        in.compact();
        if (!in.hasRemaining()) {
            leaving = true;
        }
    }

    private void answer(String line) {
        Dialogue.Answer answer =
                dialogue.line(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        send(answer.text());
        leaving |= answer.last();
    }

    private void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (out.remaining() + bytes.length > UNSENT_AT_MOST) {
            leaving = true;
            return;
        }
        out = ByteBuffer.allocate(out.remaining() + bytes.length).put(out).put(bytes).flip();
    }

    private void flush() throws IOException {
        client.write(out);
        if (out.hasRemaining()) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } else if (leaving) {
            close();
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
    }
}
