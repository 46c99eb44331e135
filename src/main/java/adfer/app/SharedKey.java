package adfer.app;

import adfer.app.AdferConfiguration.GuardSettings;
import adfer.app.AdferConfiguration.NodeSettings;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;
import adfer.port.Secrets;

import java.util.Map;
import java.util.stream.Stream;

/** The secret that all nodes and guards of a cluster share, as {@code mesh.key} refers to it. */
final class SharedKey {
    private static final int SHORTEST = 16;

    private SharedKey() {}

    /**
     * The key. It may stand in the configuration itself only where nothing leaves the machine, as
     * in the demo and in tests.
     *
     * @throws IllegalArgumentException with one sentence, without the key
     */
    static Secret of(
            String key,
            Map<String, NodeSettings> nodes,
            Map<String, Map<String, GuardSettings>> guards,
            Secrets secrets) {
        Secret secret = SecretRef.refers(key) ? found(key, secrets) : literal(key, nodes, guards);
        if (secret.reveal().length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "mesh.key: give "
                            + SHORTEST
                            + " characters or more, the same at all nodes and guards.");
        }
        return secret;
    }

    private static Secret found(String key, Secrets secrets) {
        try {
            return switch (secrets.find(SecretRef.of(key))) {
                case Result.Ok<Secret>(var secret) -> secret;
                case Result.Refused<Secret>(var problems) ->
                        throw new IllegalArgumentException(problems.getFirst().sentence());
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("mesh.key: " + e.getMessage(), e);
        }
    }

    private static Secret literal(
            String key,
            Map<String, NodeSettings> nodes,
            Map<String, Map<String, GuardSettings>> guards) {
        Stream<String> addresses =
                Stream.concat(
                        nodes.values().stream()
                                .flatMap(node ->
                                        Stream.concat(
                                                Stream.of(node.log), node.paths.values().stream())),
                        guards.values().stream()
                                .flatMap(hosts -> hosts.values().stream())
                                .map(guard -> guard.address));
        if (key.isEmpty() || !addresses.allMatch(address -> Loopback.is(Transport.host(address)))) {
            throw new IllegalArgumentException(
                    "mesh.key: the key itself may stand here only while all addresses are loopback;"
                            + " keep it in a file that only Adfer can read, and write"
                            + " file:/etc/adfer/mesh.key (or env:NAME, or credential:NAME).");
        }
        return new Secret(key);
    }
}
