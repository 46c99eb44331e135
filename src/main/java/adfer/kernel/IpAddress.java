package adfer.kernel;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** IP addresses as text, read without ever asking a name server. */
public final class IpAddress {
    private IpAddress() {}

    /**
     * @return 4 or 16 bytes, most significant first
     * @throws IllegalArgumentException when {@code text} is neither an IPv4 nor an IPv6 address
     */
    public static byte[] parse(String text) {
        try {
            return text.indexOf(':') >= 0 ? v6(text) : v4(text);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("'" + text + "' is no IP address", e);
        }
    }

    public static boolean isAddress(String text) {
        try {
            return parse(text).length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The address in its usual form (RFC 5952 for IPv6).
     *
     * @param bytes 4 for IPv4, 16 for IPv6
     */
    public static String format(BigInteger address, int bytes) {
        List<String> parts = new ArrayList<>();
        int width = bytes == 4 ? 8 : 16;
        for (int shift = bytes * 8 - width; shift >= 0; shift -= width) {
            long part = address.shiftRight(shift).longValue() & ((1L << width) - 1);
            parts.add(bytes == 4 ? Long.toString(part) : Long.toHexString(part));
        }
        return bytes == 4 ? String.join(".", parts) : shortened(parts);
    }

    /** Puts {@code ::} for the first of the longest runs of two or more zeros. */
    private static String shortened(List<String> parts) {
        int start = 0;
        int length = 1;
        for (int i = 0; i < parts.size(); i++) {
            int end = i;
            while (end < parts.size() && parts.get(end).equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        return length < 2
                ? String.join(":", parts)
                : String.join(":", parts.subList(0, start))
                        + "::"
                        + String.join(":", parts.subList(start + length, parts.size()));
    }

    private static byte[] v4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] raw = new byte[4];
        for (int i = 0; i < 4; i++) {
            int part = Integer.parseInt(parts[i]);
            boolean plain = parts[i].equals(Integer.toString(part));
            if (parts.length != 4 || !plain || part < 0 || part > 255) {
                throw new NumberFormatException(parts[i]);
            }
            raw[i] = (byte) part;
        }
        return raw;
    }

    private static byte[] v6(String text) {
        int gap = text.indexOf("::");
        String head = gap < 0 ? text : text.substring(0, gap);
        String tail = gap < 0 ? "" : text.substring(gap + 2);
        byte[] front = groups(head);
        byte[] back = groups(tail);
        if (gap < 0 ? front.length != 16 : front.length + back.length > 14) {
            throw new NumberFormatException(text);
        }
        byte[] raw = new byte[16];
        System.arraycopy(front, 0, raw, 0, front.length);
        System.arraycopy(back, 0, raw, 16 - back.length, back.length);
        return raw;
    }

    private static byte[] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        StringBuilder hex = new StringBuilder();
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 4) {
                throw new NumberFormatException(part);
            }
            hex.repeat("0", 4 - part.length()).append(part);
        }
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new NumberFormatException(text);
        }
    }
}
