package adfer.adapter.mesh;

import adfer.mesh.Check;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what {@link ByteWriter} wrote; throws {@link BufferUnderflowException} or {@link
 * IllegalArgumentException} when it can't have.
 */
final class ByteReader {
    private final ByteBuffer in;

    ByteReader(byte[] bytes, int length) {
        this.in = ByteBuffer.wrap(bytes, 0, length);
    }

    int u8() {
        return Byte.toUnsignedInt(in.get());
    }

    boolean flag() {
        int value = u8();
        if (value > 1) {
            throw new IllegalArgumentException("a flag is 0 or 1, not " + value);
        }
        return value == 1;
    }

    long u32() {
        return Integer.toUnsignedLong(in.getInt());
    }

    long i64() {
        return in.getLong();
    }

    Duration millis() {
        return Duration.ofMillis(u32());
    }

    Duration micros() {
        return Duration.ofNanos(u32() * 1_000);
    }

    Duration nanos() {
        return Duration.ofNanos(i64());
    }

    String name() {
        byte[] ascii = new byte[u8()];
        in.get(ascii);
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    <T> Optional<T> maybe(boolean present, Supplier<T> value) {
        return present ? Optional.of(value.get()) : Optional.empty();
    }

    Check check() {
        int code = u8();
        return switch (code) {
            case 0 -> Check.NONE;
            case 1 -> Check.ANSWERS;
            case 2 -> Check.SILENT;
            default -> throw new IllegalArgumentException("no such check: " + code);
        };
    }

    void end() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many");
        }
    }
}
