package adfer.adapter.ldap;

import adfer.access.GroupGrants;
import adfer.kernel.SecretRef;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

import javax.net.ssl.SSLContext;

/**
 * Where a directory is and how people are found in it.
 *
 * @param servers {@code ldaps://host} or {@code ldap://host}, which are asked in turn
 * @param startTls whether {@code ldap://} goes over to TLS before anything is said
 * @param account the distinguished name with which Adfer itself searches
 * @param people below what to search for people
 * @param nameAttribute what holds a person's name
 * @param filter what else a person has to match
 * @param groups below what to search for the groups somebody is in; empty for none
 * @param timeout for each of the few steps of a sign-in
 * @param tls whose certificates to believe
 * @param names whether a certificate is of a host
 */
public record LdapConfig(
        List<String> servers,
        boolean startTls,
        String account,
        SecretRef password,
        String people,
        String nameAttribute,
        String filter,
        String groups,
        GroupGrants grants,
        Duration timeout,
        SSLContext tls,
        BiPredicate<X509Certificate, String> names) {

    /**
     * @throws IllegalArgumentException with what is wrong
     */
    public LdapConfig {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException(
                    "servers: name one, such as ldaps://ldap.example.org.");
        }
        servers.forEach(LdapConfig::url);
        checkName("account", account);
        checkName("people", people);
        if (!groups.isEmpty()) {
            checkName("groups", groups);
        }
        if (!nameAttribute.matches("[A-Za-z][A-Za-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "nameAttribute: '" + nameAttribute + "' is no attribute, such as uid.");
        }
        try {
            Filter.create(filter);
        } catch (LDAPException e) {
            throw new IllegalArgumentException("filter: '" + filter + "' is no LDAP filter.", e);
        }
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: give more than 0.");
        }
    }

    private static void checkName(String key, String name) {
        if (name.isEmpty() || !DN.isValidDN(name)) {
            throw new IllegalArgumentException(
                    key
                            + ": '"
                            + name
                            + "' is no distinguished name, such as ou=people,dc=example,dc=org.");
        }
    }

    static LDAPURL url(String server) {
        try {
            LDAPURL url = new LDAPURL(server);
            if (url.hostProvided()) {
                return url;
            }
        } catch (LDAPException e) {
            // Said below, for both.
        }
        throw new IllegalArgumentException(
                "servers: '" + server + "' is no address, such as ldaps://ldap.example.org.");
    }

    /** The hosts to which passwords would go in the clear. */
    public List<String> unsecured() {
        List<String> hosts = new ArrayList<>();
        for (String server : servers) {
            LDAPURL url = url(server);
            if (!url.getScheme().equals("ldaps") && !startTls) {
                hosts.add(url.getHost());
            }
        }
        return hosts;
    }
}
