package adfer.adapter.tls;

import adfer.kernel.IpAddress;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Whom a certificate names: the hosts among its subject alternative names, wildcards apart. */
public final class PeerName {
    private static final int DNS = 2;
    private static final int IP = 7;

    private PeerName() {}

    /**
     * Whether the certificate is of this host.
     *
     * @param host an address or a name, as the configuration has it
     */
    public static boolean names(X509Certificate certificate, String host) {
        return all(certificate).stream().anyMatch(name -> same(name, host));
    }

    /** Every host that it names. */
    public static List<String> all(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(Collection::stream)
                    .filter(name -> List.of(DNS, IP).contains(name.get(0)))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static boolean same(String name, String configured) {
        String host = bare(configured);
        boolean addresses = IpAddress.isAddress(name) && IpAddress.isAddress(host);
        return addresses
                ? Arrays.equals(IpAddress.parse(name), IpAddress.parse(host))
                : name.equalsIgnoreCase(host);
    }

    /** Without the brackets around an IPv6 address. */
    public static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }
}
