package adfer.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The texts by which secrets could show in what a program prints: themselves, each long line of one
 * that has several, and what is left of them in the usual encodings. A program that means to give
 * them away still can; this is against the one that merely says too much.
 */
public final class Redaction {
    /** For where there is no secret. */
    public static final Redaction NONE = new Redaction(List.of());

    /** Shorter ones stand in any text by chance once they are encoded. */
    private static final int SHORTEST_ENCODED = 6;

    private final List<String> needles;

    private Redaction(List<String> needles) {
        this.needles = List.copyOf(needles);
    }

    public static Redaction of(Collection<Secret> secrets) {
        TreeSet<String> needles = new TreeSet<>();
        for (Secret secret : secrets) {
            needles.add(secret.reveal());
            secret.reveal()
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.length() >= SHORTEST_ENCODED)
                    .forEach(line -> encoded(line, needles));
            encoded(secret.reveal(), needles);
        }
        return new Redaction(List.copyOf(needles));
    }

    /** The text with three stars for each stretch that shows a secret. */
    public String hide(String text) {
        StringBuilder shown = new StringBuilder();
        Redactor redactor = new Redactor(this, shown::append);
        redactor.accept(text);
        redactor.finish();
        return shown.toString();
    }

    List<String> needles() {
        return needles;
    }

    private static void encoded(String text, SortedSet<String> needles) {
        if (text.length() < SHORTEST_ENCODED) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        needles.add(text);
        // As JSON and as a shell's trace write it.
        needles.add(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        needles.add(text.replace("'", "'\\''"));
        HexFormat hex = HexFormat.of();
        needles.add(hex.formatHex(bytes));
        needles.add(hex.withUpperCase().formatHex(bytes));
        String percent = percent(bytes, UnaryOperator.identity());
        needles.add(percent);
        needles.add(percent.replace("%20", "+"));
        needles.add(percent(bytes, octet -> octet.toLowerCase(java.util.Locale.ROOT)));
        for (int before = 0; before < 3; before++) {
            needles.add(base64(Base64.getEncoder(), bytes, before));
            needles.add(base64(Base64.getUrlEncoder(), bytes, before));
        }
    }

    /** The part of an encoded text that this secret alone decides, so many bytes into it. */
    private static String base64(Base64.Encoder encoder, byte[] bytes, int before) {
        byte[] moved = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, moved, before, bytes.length);
        return encoder.encodeToString(moved).substring((8 * before + 5) / 6, 8 * moved.length / 6);
    }

    private static String percent(byte[] bytes, UnaryOperator<String> octet) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~*".indexOf(c) >= 0;
            text.append(
                    plain
                            ? String.valueOf(c)
                            : octet.apply("%" + HexFormat.of().withUpperCase().toHexDigits(b)));
        }
        return text.toString();
    }
}
