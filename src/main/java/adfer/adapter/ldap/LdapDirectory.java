package adfer.adapter.ldap;

import adfer.access.Identity;
import adfer.access.Person;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.port.Directory;
import adfer.port.Secrets;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * People of an LDAP directory. Adfer's own account searches for the person and the groups; then the
 * person's name and password are shown to the server (a bind), which alone knows whether they are
 * right.
 */
public final class LdapDirectory implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger(LdapDirectory.class);

    private static final int AT_ONCE = 8;
    private static final int MOST_PEOPLE = 10;
    private static final int MOST_GROUPS = 1_000;
    private static final int LARGEST_MESSAGE = 1 << 20;

    private final LdapConfig config;
    private final Secrets secrets;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    public LdapDirectory(LdapConfig config, Secrets secrets) {
        this.config = config;
        this.secrets = secrets;
    }

    @Override
    public Result<Optional<Identity>> signIn(String name, String password) {
        if (password.isEmpty()) {
            return Result.ok(Optional.empty()); // A bind without one is anonymous, and succeeds.
        }
        try {
            if (!turns.tryAcquire(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return Result.refused("busy", "Too many people sign in at once; try again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.refused("closed", "This node is stopping.");
        }
        try {
            return secrets.find(config.password()).then(own -> ask(name, password, own));
        } finally {
            turns.release();
        }
    }

    private Result<Optional<Identity>> ask(String name, String password, Secret own) {
        for (String server : config.servers()) {
            try (LDAPConnection connection = connect(LdapConfig.url(server))) {
                connection.bind(config.account(), own.reveal());
                return Result.ok(recognise(connection, name, password));
            } catch (LDAPException e) {
                LOG.warn(
                        "The directory {} could not be asked: {} ({}).",
                        server,
                        e.getResultCode().getName(),
                        oneLine(e));
            }
        }
        return Result.refused(
                "directory-unavailable",
                "The directory that knows who signs in so ("
                        + String.join(", ", config.servers())
                        + ") can't be asked now; the node's log says why. People whom Adfer itself"
                        + " knows by a password sign in as ever.");
    }

    private static String oneLine(LDAPException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }

    private LDAPConnection connect(LDAPURL url) throws LDAPException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        int millis = Math.toIntExact(config.timeout().toMillis());
        options.setConnectTimeoutMillis(millis);
        options.setResponseTimeoutMillis(millis);
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setMaxMessageSize(LARGEST_MESSAGE);
        options.setSSLSocketVerifier(new HostVerifier(config.names()));
        if (url.getScheme().equals("ldaps")) {
            return new LDAPConnection(
                    new TimedSockets(config.tls().getSocketFactory(), millis),
                    options,
                    url.getHost(),
                    url.getPort());
        }
        LDAPConnection connection = new LDAPConnection(options, url.getHost(), url.getPort());
        if (config.startTls()) {
            secure(connection);
        }
        return connection;
    }

    private void secure(LDAPConnection connection) throws LDAPException {
        try {
            var answer =
                    connection.processExtendedOperation(new StartTLSExtendedRequest(config.tls()));
            if (!answer.getResultCode().equals(ResultCode.SUCCESS)) {
                throw new LDAPException(answer);
            }
        } catch (LDAPException e) {
            connection.close();
            throw e;
        }
    }

    private Optional<Identity> recognise(LDAPConnection connection, String name, String password)
            throws LDAPException {
        Filter wanted =
                Filter.createANDFilter(
                        Filter.create(config.filter()),
                        Filter.createEqualityFilter(config.nameAttribute(), name));
        List<SearchResultEntry> found =
                connection
                        .search(
                                request(
                                        config.people(),
                                        wanted,
                                        MOST_PEOPLE,
                                        config.nameAttribute()))
                        .getSearchEntries();
        Optional<String> known =
                found.size() == 1 ? known(found.getFirst()) : Optional.<String>empty();
        if (known.isEmpty()) {
            return Optional.empty();
        }
        String person = found.getFirst().getDN();
        List<String> groups = groups(connection, person);
        return binds(connection, person, password)
                ? Optional.of(new Identity(known.get(), config.grants().of(groups)))
                : Optional.empty();
    }

    private SearchRequest request(String base, Filter filter, int most, String attribute) {
        SearchRequest request = new SearchRequest(base, SearchScope.SUB, filter, attribute);
        request.setSizeLimit(most);
        request.setTimeLimitSeconds((int) Math.max(1, config.timeout().toSeconds()));
        return request;
    }

    /** Of several names always the same one. */
    private Optional<String> known(SearchResultEntry person) {
        String[] names = person.getAttributeValues(config.nameAttribute());
        try {
            return Arrays.stream(names == null ? new String[0] : names)
                    .map(Person::named)
                    .sorted()
                    .findFirst();
        } catch (IllegalArgumentException e) {
            LOG.warn("{} can't sign in: {}.", person.getDN(), e.getMessage());
            return Optional.empty();
        }
    }

    private List<String> groups(LDAPConnection connection, String person) throws LDAPException {
        if (config.groups().isEmpty()) {
            return List.of();
        }
        Filter member =
                Filter.createORFilter(
                        Filter.createEqualityFilter("member", person),
                        Filter.createEqualityFilter("uniqueMember", person));
        List<String> names = new ArrayList<>();
        for (SearchResultEntry group :
                connection
                        .search(request(config.groups(), member, MOST_GROUPS, "cn"))
                        .getSearchEntries()) {
            String[] values = group.getAttributeValues("cn");
            names.addAll(values == null ? List.of() : List.of(values));
        }
        return names;
    }

    private static boolean binds(LDAPConnection connection, String person, String password)
            throws LDAPException {
        try {
            return connection
                    .bind(new SimpleBindRequest(person, password))
                    .getResultCode()
                    .equals(ResultCode.SUCCESS);
        } catch (LDAPException e) {
            if (e.getResultCode().isConnectionUsable()) {
                return false;
            }
            throw e;
        }
    }
}
