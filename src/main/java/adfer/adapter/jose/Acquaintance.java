package adfer.adapter.jose;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What is known of the provider: its addresses and its keys. They are asked for when they are
 * needed, again from time to time and for a key that isn't known, and kept in a file, so that what
 * the provider has signed is believed for a while after it is gone.
 */
final class Acquaintance implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Acquaintance.class);

    private static final Duration FRESH = Duration.ofHours(1);

    /** Tokens with keys that nobody knows mustn't become a flood of questions. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Duration NEVER = Duration.ofDays(365_000);

    private final Issuer issuer;
    private final Wire wire;
    private final Path file;
    private final Duration last;
    private final Duration wait;
    private final InstantSource clock;
    private final LongSupplier steadyNanos;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;
    private volatile @Nullable Long asked;

    /** The provider's own words, and when they were had. */
    private record Known(OIDCProviderMetadata addresses, JWKSet keys, Instant at) {}

    Acquaintance(OpenIdConfig config, Wire wire, InstantSource clock, LongSupplier steadyNanos) {
        this.issuer = new Issuer(config.issuer());
        this.wire = wire;
        this.file = config.kept();
        this.last = config.keysLast();
        this.wait = config.timeout().multipliedBy(3);
        this.clock = clock;
        this.steadyNanos = steadyNanos;
    }

    OIDCProviderMetadata addresses() throws IOException {
        return usable().addresses();
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
            throws KeySourceException {
        try {
            List<JWK> keys = selector.select(usable().keys());
            if (keys.isEmpty()) {
                ask();
                keys = selector.select(usable().keys());
            }
            return keys;
        } catch (IOException e) {
            throw new KeySourceException("the provider's keys can't be had", e);
        }
    }

    private Known usable() throws IOException {
        if (known == null) {
            known = read();
        }
        if (age(known).compareTo(FRESH) > 0) {
            ask();
        }
        Known had = known;
        if (had == null || age(had).compareTo(last) > 0) {
            throw new IOException("nothing is known of it, or nothing new for too long");
        }
        return had;
    }

    /** One that lies in the future says nothing. */
    private Duration age(@Nullable Known had) {
        if (had == null) {
            return NEVER;
        }
        Duration age = Duration.between(had.at(), clock.instant());
        return age.plus(FRESH).isNegative() ? NEVER : age;
    }

    /** Once for all who wait for it. */
    private void ask() {
        long before = steadyNanos.getAsLong();
        try {
            if (!asking.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            Long latest = asked;
            if (latest != null && before - latest < PAUSE.toNanos()) {
                return;
            }
            asked = before;
            Known had = fetch();
            known = had;
            keep(had);
        } catch (IOException | GeneralException | ParseException e) {
            LOG.warn("The OpenID provider {} could not be asked: {}.", issuer, e.getMessage());
        } finally {
            asking.unlock();
        }
    }

    private Known fetch() throws IOException, GeneralException, ParseException {
        OIDCProviderMetadata addresses =
                OIDCProviderMetadata.parse(get(OIDCProviderMetadata.resolveURL(issuer).toString()));
        if (!issuer.equals(addresses.getIssuer())) {
            throw new IOException("it calls itself " + addresses.getIssuer());
        }
        checkSecured(addresses);
        return new Known(
                addresses, JWKSet.parse(get(addresses.getJWKSetURI().toString())), clock.instant());
    }

    private String get(String address) throws IOException {
        HTTPResponse answer =
                wire.send(new HTTPRequest(HTTPRequest.Method.GET, URI.create(address)));
        if (answer.getStatusCode() != 200) {
            throw new IOException(address + " answers " + answer.getStatusCode());
        }
        return String.valueOf(answer.getBody());
    }

    private void checkSecured(OIDCProviderMetadata addresses) throws IOException {
        boolean secured = issuer.getValue().startsWith("https:");
        List<URI> all =
                Stream.of(
                                addresses.getJWKSetURI(),
                                addresses.getAuthorizationEndpointURI(),
                                addresses.getTokenEndpointURI(),
                                addresses.getDeviceAuthorizationEndpointURI())
                        .filter(address -> address != null)
                        .toList();
        for (URI address : all) {
            if (secured && !"https".equals(address.getScheme())) {
                throw new IOException("its address " + address + " is not secured");
            }
        }
        if (addresses.getJWKSetURI() == null) {
            throw new IOException("it doesn't say where its keys are");
        }
    }

    private void keep(Known had) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path fresh =
                    Files.createTempFile(
                            folder,
                            "openid",
                            ".new",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    fresh,
                    JSONObjectUtils.toJSONString(
                            Map.of(
                                    "at",
                                    had.at().toString(),
                                    "provider",
                                    had.addresses().toJSONObject(),
                                    "keys",
                                    had.keys().toJSONObject(true))));
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("The OpenID provider's keys could not be kept in {}: {}.", file, e);
        }
    }

    private @Nullable Known read() {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            Map<String, Object> kept = JSONObjectUtils.parse(Files.readString(file));
            OIDCProviderMetadata addresses =
                    OIDCProviderMetadata.parse(
                            JSONObjectUtils.toJSONString(
                                    JSONObjectUtils.getJSONObject(kept, "provider")));
            Known had =
                    new Known(
                            addresses,
                            JWKSet.parse(JSONObjectUtils.getJSONObject(kept, "keys")),
                            Instant.parse(JSONObjectUtils.getString(kept, "at")));
            return issuer.equals(addresses.getIssuer()) ? had : null;
        } catch (IOException | GeneralException | ParseException | RuntimeException e) {
            LOG.warn("The OpenID provider's keys in {} can't be read: {}.", file, e.toString());
            return null;
        }
    }
}
