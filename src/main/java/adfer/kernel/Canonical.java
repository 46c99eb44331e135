package adfer.kernel;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The SHA-256 of a value, equal for equal values on every node and in every JVM.
 *
 * <p>Values are records of strings, numbers, booleans, enums, instants, durations, optionals, lists
 * and sorted maps. Each is written as a type mark, its length and its content, so that no two
 * different values share an encoding.
 */
public final class Canonical {
    /** Most values are smaller, and one that isn't makes the encoding grow a few times. */
    private static final int USUAL_SIZE = 4_096;

    private static final ClassValue<Shape> SHAPES =
            new ClassValue<>() {
                @Override
                protected Shape computeValue(Class<?> type) {
                    return Shape.of(type);
                }
            };

    private byte[] encoded = new byte[USUAL_SIZE];
    private int length;

    private Canonical() {}

    public static byte[] digest(Object value) {
        Canonical encoding = new Canonical();
        encoding.value(value);
        MessageDigest sha = sha256();
        sha.update(encoding.encoded, 0, encoding.length);
        return sha.digest();
    }

    public static String hex(Object value) {
        return HexFormat.of().formatHex(digest(value));
    }

    /** The hash of a text's UTF-8 bytes, as {@code sha256sum} prints it. */
    public static String hexOfText(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private void value(Object value) {
        switch (value) {
            case String s -> text('s', s);
            case Id id -> text('s', id.value());
            case Record rec -> record(rec);
            case Integer i -> number('n', i);
            case Long l -> number('n', l);
            case Boolean b -> number('b', b ? 1 : 0);
            case Double d -> number('d', Double.doubleToLongBits(d));
            case Enum<?> e -> text('e', e.name());
            case Instant t -> {
                number('t', t.getEpochSecond());
                number('t', t.getNano());
            }
            case Duration d -> {
                number('u', d.getSeconds());
                number('u', d.getNano());
            }
            case BigInteger big -> text('g', big.toString());
            case Optional<?> maybe -> {
                number('o', maybe.isPresent() ? 1 : 0);
                maybe.ifPresent(this::value);
            }
            case SortedMap<?, ?> map -> {
                number('m', map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    value(entry.getKey());
                    value(entry.getValue());
                }
            }
            case Set<?> set when !(set instanceof SortedSet<?>) ->
                    throw new IllegalArgumentException(
                            "a set without an order has no canonical form");
            case Collection<?> items -> {
                number('l', items.size());
                items.forEach(this::value);
            }
            default ->
                    throw new IllegalArgumentException("no canonical form for " + value.getClass());
        }
    }

    private void record(Record rec) {
        Shape shape = SHAPES.get(rec.getClass());
        bytes('r', shape.name);
        for (MethodHandle part : shape.parts) {
            value(read(part, rec));
        }
    }

    private static Object read(MethodHandle part, Record rec) {
        try {
            return (Object) part.invokeExact(rec);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot read " + rec.getClass(), e);
        }
    }

    private void text(char mark, String text) {
        bytes(mark, text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(char mark, byte[] bytes) {
        number(mark, bytes.length);
        reserve(bytes.length);
        System.arraycopy(bytes, 0, encoded, length, bytes.length);
        length += bytes.length;
    }

    private void number(char mark, long number) {
        reserve(1 + Long.BYTES);
        encoded[length++] = (byte) mark;
        for (int shift = 56; shift >= 0; shift -= 8) {
            encoded[length++] = (byte) (number >>> shift);
        }
    }

    private void reserve(int more) {
        if (encoded.length - length < more) {
            encoded = Arrays.copyOf(encoded, Math.max(encoded.length * 2, length + more));
        }
    }

    /** How to take a record of one type apart. */
    private static final class Shape {
        private final byte[] name;
        private final List<MethodHandle> parts;

        private Shape(byte[] name, List<MethodHandle> parts) {
            this.name = name;
            this.parts = parts;
        }

        static Shape of(Class<?> type) {
            List<MethodHandle> parts = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                parts.add(part(component));
            }
            return new Shape(
                    type.getSimpleName().getBytes(StandardCharsets.UTF_8), List.copyOf(parts));
        }

        private static MethodHandle part(RecordComponent component) {
            try {
                component.getAccessor().setAccessible(true);
                return MethodHandles.lookup()
                        .unreflect(component.getAccessor())
                        .asType(MethodType.methodType(Object.class, Record.class));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }
}
