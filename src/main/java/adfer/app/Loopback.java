package adfer.app;

import adfer.adapter.tls.PeerName;
import adfer.kernel.IpAddress;

import java.math.BigInteger;

/** Which addresses never leave this machine, told without asking a name server. */
final class Loopback {
    private Loopback() {}

    /** A name counts as an address elsewhere, {@code localhost} excepted. */
    static boolean is(String host) {
        String bare = PeerName.bare(host);
        if (!IpAddress.isAddress(bare)) {
            return bare.equalsIgnoreCase("localhost");
        }
        byte[] address = IpAddress.parse(bare);
        return address.length == 4
                ? address[0] == 127
                : new BigInteger(1, address).equals(BigInteger.ONE);
    }
}
