package adfer.app;

import adfer.access.Grant;
import adfer.access.GroupGrants;
import adfer.adapter.jose.OpenIdConfig;
import adfer.adapter.jose.OpenIdProvider;
import adfer.adapter.ldap.LdapConfig;
import adfer.adapter.ldap.LdapDirectory;
import adfer.adapter.tls.PeerName;
import adfer.app.AdferConfiguration.AccessSettings;
import adfer.app.AdferConfiguration.LdapSettings;
import adfer.app.AdferConfiguration.OpenIdSettings;
import adfer.cli.CliException;
import adfer.cli.Trust;
import adfer.kernel.Result;
import adfer.kernel.SecretRef;
import adfer.port.Directory;
import adfer.port.IdentityProvider;
import adfer.port.Secrets;
import adfer.service.Elsewhere;

import java.net.URI;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import javax.net.ssl.SSLContext;

/** Makes from the configuration what else may know people. Nothing of it is asked yet. */
final class ElsewhereSetup {
    private ElsewhereSetup() {}

    /**
     * @param data the node's folder
     * @throws IllegalArgumentException with one sentence when it makes no sense
     */
    static Elsewhere of(AccessSettings given, Path data, Secrets secrets) {
        return new Elsewhere(directory(given.ldap, secrets), provider(given.openid, data, secrets));
    }

    private static Optional<IdentityProvider> provider(
            OpenIdSettings given, Path data, Secrets secrets) {
        if (given.issuer.isEmpty()) {
            return Optional.empty();
        }
        String place = "access.openid.";
        URI issuer = issuer(place, given.issuer);
        for (var key :
                Map.of("clientId", given.clientId, "nameClaim", given.nameClaim).entrySet()) {
            if (key.getValue().isBlank()) {
                throw new IllegalArgumentException(place + key.getKey() + ": it can't be empty.");
            }
        }
        if (!given.scopes.contains("openid")) {
            throw new IllegalArgumentException(place + "scopes: it needs openid.");
        }
        if (given.timeout.toMilliseconds() <= 0) {
            throw new IllegalArgumentException(place + "timeout: give more than 0.");
        }
        return Optional.of(
                new OpenIdProvider(
                        new OpenIdConfig(
                                given.title.isEmpty() ? issuer.getHost() : given.title,
                                issuer,
                                given.clientId,
                                given.clientSecret.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(
                                                secret(place + "clientSecret", given.clientSecret)),
                                Optional.of(given.audience).filter(it -> !it.isEmpty()),
                                given.nameClaim,
                                given.groupsClaim,
                                given.scopes,
                                grants(place, given.grants),
                                given.timeout.toJavaDuration(),
                                given.keysLast.toJavaDuration(),
                                data.resolve("openid-provider.json"),
                                trust(place, given.authority)),
                        secrets,
                        InstantSource.system(),
                        System::nanoTime));
    }

    private static URI issuer(String place, String text) {
        URI issuer;
        try {
            issuer = URI.create(text);
        } catch (IllegalArgumentException e) {
            issuer = URI.create("");
        }
        boolean secured = "https".equals(issuer.getScheme());
        boolean here =
                "http".equals(issuer.getScheme())
                        && issuer.getHost() != null
                        && Loopback.is(issuer.getHost());
        if (issuer.getHost() == null || !(secured || here)) {
            throw new IllegalArgumentException(
                    place
                            + "issuer: '"
                            + text
                            + "' is no address such as https://login.example.org; http:// is for"
                            + " this machine alone.");
        }
        return issuer;
    }

    private static Optional<Directory> directory(LdapSettings given, Secrets secrets) {
        if (given.servers.isEmpty()) {
            return Optional.empty();
        }
        String place = "access.ldap.";
        LdapConfig config = config(place, given);
        for (String host : config.unsecured()) {
            if (!Loopback.is(host)) {
                throw new IllegalArgumentException(
                        place
                                + "servers: everybody on the way to "
                                + host
                                + " could read people's passwords; use ldaps://, or startTls:"
                                + " true.");
            }
        }
        return Optional.of(new LdapDirectory(config, secrets));
    }

    private static LdapConfig config(String place, LdapSettings given) {
        SecretRef password = secret(place + "password", given.password);
        GroupGrants grants = grants(place, given.grants);
        SSLContext trust = trust(place, given.authority);
        try {
            return new LdapConfig(
                    given.servers,
                    given.startTls,
                    given.account,
                    password,
                    given.people,
                    given.nameAttribute,
                    given.filter,
                    given.groups,
                    grants,
                    given.timeout.toJavaDuration(),
                    trust,
                    PeerName::names);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + e.getMessage(), e);
        }
    }

    static SecretRef secret(String place, String reference) {
        try {
            return SecretRef.of(reference);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static GroupGrants grants(String place, Map<String, List<String>> given) {
        Map<String, List<Grant>> grants = new TreeMap<>();
        given.forEach((group, words) -> {
            List<Grant> known = new ArrayList<>();
            for (String word : words) {
                switch (Grant.parse(word)) {
                    case Result.Ok<Grant>(var grant) -> known.add(grant);
                    case Result.Refused<Grant>(var problems) ->
                            throw new IllegalArgumentException(
                                    place
                                            + "grants."
                                            + group
                                            + ": "
                                            + problems.getFirst().sentence());
                }
            }
            grants.put(group, known);
        });
        return new GroupGrants(grants);
    }

    static SSLContext trust(String place, String authority) {
        try {
            return authority.isEmpty() ? SSLContext.getDefault() : Trust.with(Path.of(authority));
        } catch (CliException e) {
            throw new IllegalArgumentException(place + "authority: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
