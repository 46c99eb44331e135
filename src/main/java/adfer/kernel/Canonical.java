package adfer.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The SHA-256 of a value, equal for equal values on every node and in every JVM.
 *
 * <p>Values are records of strings, numbers, booleans, enums, instants, durations, optionals, lists
 * and sorted maps. Each is fed to the digest as a type mark, its length and its content, so that no
 * two different values share an encoding.
 */
public final class Canonical {
    private static final ClassValue<RecordComponent[]> SHAPES =
            new ClassValue<>() {
                @Override
                protected RecordComponent[] computeValue(Class<?> type) {
                    return shapeOf(type);
                }
            };

    private Canonical() {}

    public static byte[] digest(Object value) {
        MessageDigest sha = sha256();
        feed(sha, value);
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

    private static void feed(MessageDigest sha, Object value) {
        switch (value) {
            case String s -> text(sha, 's', s);
            case Integer i -> number(sha, 'n', i);
            case Long l -> number(sha, 'n', l);
            case Boolean b -> number(sha, 'b', b ? 1 : 0);
            case Double d -> number(sha, 'd', Double.doubleToLongBits(d));
            case Enum<?> e -> text(sha, 'e', e.name());
            case Instant t -> {
                number(sha, 't', t.getEpochSecond());
                number(sha, 't', t.getNano());
            }
            case Duration d -> {
                number(sha, 'u', d.getSeconds());
                number(sha, 'u', d.getNano());
            }
            case BigInteger big -> text(sha, 'g', big.toString());
            case Optional<?> maybe -> {
                number(sha, 'o', maybe.isPresent() ? 1 : 0);
                maybe.ifPresent(content -> feed(sha, content));
            }
            case SortedMap<?, ?> map -> {
                number(sha, 'm', map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    feed(sha, entry.getKey());
                    feed(sha, entry.getValue());
                }
            }
            case java.util.Set<?> set when !(set instanceof java.util.SortedSet<?>) ->
                    throw new IllegalArgumentException(
                            "a set without an order has no canonical form");
            case Collection<?> items -> {
                number(sha, 'l', items.size());
                items.forEach(item -> feed(sha, item));
            }
            case Id id -> text(sha, 's', id.value());
            case Record rec -> record(sha, rec);
            default ->
                    throw new IllegalArgumentException("no canonical form for " + value.getClass());
        }
    }

    private static void record(MessageDigest sha, Record rec) {
        RecordComponent[] shape = SHAPES.get(rec.getClass());
        text(sha, 'r', rec.getClass().getSimpleName());
        for (RecordComponent component : shape) {
            try {
                feed(sha, component.getAccessor().invoke(rec));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }

    private static RecordComponent[] shapeOf(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        for (RecordComponent component : components) {
            component.getAccessor().setAccessible(true);
        }
        return components;
    }

    private static void text(MessageDigest sha, char mark, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(sha, mark, bytes.length);
        sha.update(bytes);
    }

    private static void number(MessageDigest sha, char mark, long number) {
        sha.update((byte) mark);
        for (int shift = 56; shift >= 0; shift -= 8) {
            sha.update((byte) (number >>> shift));
        }
    }
}
