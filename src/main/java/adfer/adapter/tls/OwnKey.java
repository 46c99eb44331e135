package adfer.adapter.tls;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The one key that is shown, whoever asks. It may be exchanged at any time: a handshake that began
 * with the former one is ended with it.
 */
final class OwnKey extends X509ExtendedKeyManager {
    private volatile Pair keys;

    /** A key under a name that no other one of this process has had. */
    private record Named(String alias, Credentials credentials) {}

    private record Pair(Named present, Named former) {}

    OwnKey(Credentials credentials) {
        Named first = new Named("1", credentials);
        this.keys = new Pair(first, first);
    }

    synchronized void exchange(Credentials credentials) {
        Named present = keys.present();
        String next = String.valueOf(Long.parseLong(present.alias()) + 1);
        keys = new Pair(new Named(next, credentials), present);
    }

    private @Nullable String choose(String... kinds) {
        Named present = keys.present();
        String kind = present.credentials().key().getAlgorithm();
        return Arrays.asList(kinds).contains(kind) ? present.alias() : null;
    }

    private @Nullable Credentials named(@Nullable String alias) {
        Pair pair = keys;
        return Stream.of(pair.present(), pair.former())
                .filter(key -> key.alias().equals(alias))
                .map(Named::credentials)
                .findFirst()
                .orElse(null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        Credentials found = named(alias);
        return found == null ? null : found.chain();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        Credentials found = named(alias);
        return found == null ? null : found.key();
    }

    @Override
    public @Nullable String chooseServerAlias(
            String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(kind);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(kind);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(kinds);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] kinds, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(kinds);
    }

    @Override
    public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
        return aliases(choose(kind));
    }

    @Override
    public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
        return aliases(choose(kind));
    }

    private static String @Nullable [] aliases(@Nullable String alias) {
        return alias == null ? null : List.of(alias).toArray(String[]::new);
    }
}
