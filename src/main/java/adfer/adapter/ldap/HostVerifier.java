package adfer.adapter.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;

import java.security.cert.X509Certificate;
import java.util.function.BiPredicate;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * Believes a server only with a certificate of its host. The SDK's own makes an exception for
 * loopback.
 */
final class HostVerifier extends SSLSocketVerifier {
    private final BiPredicate<X509Certificate, String> names;

    HostVerifier(BiPredicate<X509Certificate, String> names) {
        this.names = names;
    }

    @Override
    public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
        try {
            if (socket.getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                    && names.test(shown, host)) {
                return;
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new LDAPException(ResultCode.CONNECT_ERROR, "it shows no certificate", e);
        }
        throw new LDAPException(
                ResultCode.CONNECT_ERROR, "its certificate is not of the host " + host);
    }
}
