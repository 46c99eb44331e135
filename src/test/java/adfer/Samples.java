package adfer;

import adfer.access.Grant;
import adfer.access.Scope;
import adfer.access.Token;
import adfer.kernel.Cidr;
import adfer.kernel.Generation;
import adfer.kernel.NodeId;
import adfer.kernel.SecretRef;
import adfer.state.AttestationTerms;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Values of the core's record types made up from a seed: equal seeds make equal values. A record
 * whose constructor refuses odd texts gets plain ones.
 */
public final class Samples {
    private static final String[] ODD = {
        "", " ", "\"quoted\" \\ back", "tab\tline\nend", "Äöü 漢字 🔥", "null", "</x>", "'; --"
    };

    private final SplittableRandom random;

    private Samples(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** One value of a record, or of one of a sealed interface's records. */
    public static <T> T of(Class<T> type, long seed) {
        return type.cast(new Samples(seed).value(type, true));
    }

    public static <T> Stream<T> of(Class<T> type, long firstSeed, int count) {
        return Stream.iterate(firstSeed, seed -> seed + 1).limit(count).map(seed -> of(type, seed));
    }

    /** Every record a sealed interface permits, or the record itself. */
    public static List<Class<?>> records(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses())
                        .flatMap(permitted -> records(permitted).stream())
                        .toList()
                : List.of(type);
    }

    /** Every record that can be part of a value of these types, themselves included. */
    public static Set<Class<?>> reachable(Class<?>... roots) {
        Set<Class<?>> found = new LinkedHashSet<>();
        for (Class<?> root : roots) {
            collect(root, found);
        }
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        switch (type) {
            case ParameterizedType generic ->
                    Arrays.stream(generic.getActualTypeArguments())
                            .forEach(argument -> collect(argument, found));
            case Class<?> raw when raw.isSealed() || raw.isRecord() -> {
                for (Class<?> rec : records(raw)) {
                    if (found.add(rec)) {
                        Arrays.stream(rec.getRecordComponents())
                                .forEach(part -> collect(part.getGenericType(), found));
                    }
                }
            }
            default -> {}
        }
    }

    private Object value(Type type, boolean odd) {
        return switch (type) {
            case ParameterizedType generic -> container(generic, odd);
            case Class<?> raw -> plain(raw, odd);
            default -> throw new IllegalArgumentException("no samples of " + type);
        };
    }

    private Object container(ParameterizedType type, boolean odd) {
        Type[] of = type.getActualTypeArguments();
        int size = random.nextInt(4);
        return switch (type.getRawType()) {
            case Class<?> raw when raw == Optional.class ->
                    random.nextBoolean() ? Optional.of(value(of[0], odd)) : Optional.empty();
            case Class<?> raw when raw == List.class -> {
                List<Object> items = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    items.add(value(of[0], odd));
                }
                yield List.copyOf(items);
            }
            case Class<?> raw when raw == SortedMap.class || raw == Map.class -> {
                Map<Object, Object> items = new TreeMap<>();
                for (int i = 0; i < size; i++) {
                    items.put(value(of[0], odd), value(of[1], odd));
                }
                yield items;
            }
            default -> throw new IllegalArgumentException("no samples of " + type);
        };
    }

    private Object plain(Class<?> type, boolean odd) {
        if (type == Cidr.class) {
            return new Cidr(
                    random.nextBoolean()
                            ? "10." + random.nextInt(256) + ".0.0/16"
                            : "2001:db8:" + Integer.toHexString(random.nextInt(65536)) + "::/48");
        } else if (type == SecretRef.class) {
            return SecretRef.of(
                    random.nextBoolean()
                            ? "file:/etc/adfer/" + random.nextInt(100)
                            : "env:SECRET_" + random.nextInt(100));
        } else if (type == Scope.Labelled.class) {
            return new Scope.Labelled("service=" + random.nextInt(100));
        } else if (type == Token.class) {
            return new Token(
                    "token" + random.nextInt(1_000),
                    "person" + random.nextInt(100),
                    (String) plain(String.class, odd),
                    "hash",
                    List.of((Grant) plain(Grant.class, odd)),
                    (Instant) plain(Instant.class, odd),
                    (Instant) plain(Instant.class, odd));
        } else if (type == AttestationTerms.class) {
            return new AttestationTerms(
                    1 + random.nextInt(2),
                    Duration.ofMinutes(1 + random.nextInt(1_000)),
                    Duration.ofMinutes(1 + random.nextInt(1_000)));
        } else if (type == Generation.class) {
            return Generation.FIRST.next(
                    random.nextInt(1_000),
                    new NodeId("n" + random.nextInt(9)),
                    "0123456789abcdef".repeat(4));
        } else if (type.isRecord()) {
            return rec(type, odd);
        } else if (type.isSealed()) {
            List<Class<?>> records = records(type);
            return plain(records.get(random.nextInt(records.size())), odd);
        } else if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (type == String.class) {
            return odd && random.nextBoolean()
                    ? ODD[random.nextInt(ODD.length)]
                    : "s" + Integer.toString(random.nextInt(1_000_000), 36);
        } else if (type == int.class) {
            return 1 + random.nextInt(100);
        } else if (type == long.class || type == Long.class) {
            return odd && random.nextBoolean()
                    ? random.nextLong() & Long.MAX_VALUE
                    : 1L + random.nextInt(1000);
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        } else if (type == Duration.class) {
            return Duration.ofSeconds(random.nextInt(1_000_000), random.nextInt(1_000_000_000));
        } else if (type == BigInteger.class) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            return new BigInteger(1, bytes);
        }
        throw new IllegalArgumentException("no samples of " + type);
    }

    private Object rec(Class<?> type, boolean odd) {
        RecordComponent[] parts = type.getRecordComponents();
        try {
            var constructor =
                    type.getDeclaredConstructor(
                            Arrays.stream(parts)
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            for (boolean wild = odd; ; wild = false) {
                boolean tame = !wild;
                Object[] values =
                        Arrays.stream(parts)
                                .map(part -> value(part.getGenericType(), !tame))
                                .toArray();
                try {
                    return constructor.newInstance(values);
                } catch (InvocationTargetException e) {
                    if (tame || !(e.getCause() instanceof IllegalArgumentException)) {
                        throw e;
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no samples of " + type, e);
        }
    }
}
