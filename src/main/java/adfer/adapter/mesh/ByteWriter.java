package adfer.adapter.mesh;

import adfer.kernel.Id;
import adfer.mesh.Check;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes the numbers and names of a datagram, big-endian. */
final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    void u8(int value) {
        out.write(value);
    }

    void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    void u32(long value) {
        number(Math.clamp(value, 0, 0xFFFF_FFFFL), 4);
    }

    void i64(long value) {
        number(value, 8);
    }

    private void number(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    /** Rounded up to milliseconds: an age is never told younger than it is. */
    void millis(Duration duration) {
        u32(duration.plusNanos(999_999).toMillis());
    }

    void micros(Duration duration) {
        u32(duration.toNanos() / 1_000);
    }

    void nanos(Duration duration) {
        i64(duration.toNanos());
    }

    void check(Check check) {
        u8(
                switch (check) {
                    case NONE -> 0;
                    case ANSWERS -> 1;
                    case SILENT -> 2;
                });
    }

    void name(Id id) {
        byte[] ascii = id.value().getBytes(StandardCharsets.US_ASCII);
        u8(ascii.length);
        out.writeBytes(ascii);
    }

    void bytes(byte[] bytes) {
        out.writeBytes(bytes);
    }

    int size() {
        return out.size();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
