package adfer.kernel;

import java.math.BigInteger;
import java.util.Optional;

/**
 * An IPv4 or IPv6 subnet such as {@code 10.20.0.0/24}, and the arithmetic that carries an address
 * from one subnet to another by its offset.
 *
 * <p>Commons Net's subnet classes decide membership but can't move an address between subnets,
 * which is all we need.
 */
public record Cidr(String value) implements Id {
    public Cidr {
        parse(value);
    }

    /**
     * The address at the same offset in {@code other}; empty when {@code address} lies outside this
     * subnet.
     */
    public Optional<String> translate(String address, Cidr other) {
        Parsed from = parse(value);
        Parsed to = parse(other.value);
        byte[] raw = IpAddress.parse(address);
        if (raw.length != from.bytes() || !from.contains(new BigInteger(1, raw))) {
            return Optional.empty();
        }
        BigInteger offset = new BigInteger(1, raw).subtract(from.network());
        if (offset.bitLength() > to.hostBits()) {
            return Optional.empty();
        }
        return Optional.of(IpAddress.format(to.network().add(offset), to.bytes()));
    }

    /** Whether both are of one family and one size. */
    public boolean sameShape(Cidr other) {
        Parsed mine = parse(value);
        Parsed its = parse(other.value);
        return mine.bytes() == its.bytes() && mine.prefix() == its.prefix();
    }

    /** The number of leading bits that all its addresses share. */
    public int prefix() {
        return parse(value).prefix();
    }

    public boolean contains(String address) {
        byte[] raw = IpAddress.parse(address);
        Parsed self = parse(value);
        return raw.length == self.bytes() && self.contains(new BigInteger(1, raw));
    }

    @Override
    public String toString() {
        return value;
    }

    private record Parsed(BigInteger network, int bytes, int prefix) {
        int hostBits() {
            return bytes * 8 - prefix;
        }

        boolean contains(BigInteger address) {
            return address.shiftRight(hostBits()).equals(network.shiftRight(hostBits()));
        }
    }

    private static Parsed parse(String text) {
        int slash = text.indexOf('/');
        try {
            byte[] raw = IpAddress.parse(text.substring(0, slash));
            String bits = text.substring(slash + 1);
            int prefix = Integer.parseInt(bits);
            BigInteger network = new BigInteger(1, raw);
            Parsed parsed = new Parsed(network, raw.length, prefix);
            boolean aligned =
                    network.signum() == 0 || network.getLowestSetBit() >= parsed.hostBits();
            boolean plain = prefix >= 0 && bits.equals(Integer.toString(prefix));
            if (plain && parsed.hostBits() >= 0 && aligned) {
                return parsed;
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static IllegalArgumentException invalid(
            String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'"
                        + text
                        + "' is no subnet: write the network's first address and its prefix, such"
                        + " as 10.20.0.0/24",
                cause);
    }
}
