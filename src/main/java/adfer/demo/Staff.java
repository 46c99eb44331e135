package adfer.demo;

import adfer.api.AccessResource;
import adfer.cli.Client;
import adfer.service.Accounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The demo's people, made up like its library. All have one password, which it prints. */
final class Staff {
    static final String PASSWORD = "croeso-i-adfer";

    /** Set up everything, and may do everything that one person may. */
    static final String HEAD = "ann";

    static final String NIGHT_SHIFT = "night-shift";
    static final String DUTY_MANAGER = "duty-manager";

    private static final Duration START = Duration.ofMinutes(2);

    private static final Map<String, List<String>> ROLES =
            new TreeMap<>(
                    Map.of(
                            HEAD, List.of("admin", "viewer", "operator", "commander", "approver"),
                            NIGHT_SHIFT, List.of("viewer", "operator", "commander"),
                            DUTY_MANAGER, List.of("viewer", "approver")));

    private final Map<String, AccessResource.SignedIn> signedIn = new TreeMap<>();

    /**
     * Sets Adfer up and signs everybody in, as soon as there is a leader.
     *
     * @param token the file with the set-up token of the node that is asked
     */
    void arrive(List<String> nodes, Path token) {
        Client stranger = new Client(nodes, "");
        Cluster.await(
                "Adfer is set up",
                START,
                () ->
                        stranger.post(
                                        "/api/v1/setup",
                                        new AccessResource.SetUpRequest(
                                                read(token),
                                                HEAD,
                                                Optional.of("Head of IT"),
                                                PASSWORD,
                                                Optional.of(roles(HEAD))),
                                        Accounts.PersonView.class)
                                .name()
                                .equals(HEAD));
        signIn(stranger, HEAD);
        Client head = new Client(nodes, credential(HEAD));
        for (String name : List.of(NIGHT_SHIFT, DUTY_MANAGER)) {
            head.put(
                    "/api/v1/people/" + name,
                    new AccessResource.PersonRequest(
                            Optional.empty(),
                            roles(name),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(PASSWORD),
                            Optional.empty()),
                    Accounts.PersonView.class);
            signIn(stranger, name);
        }
    }

    private void signIn(Client stranger, String name) {
        Cluster.await(
                name + " is signed in",
                START,
                () -> {
                    signedIn.put(
                            name,
                            stranger.post(
                                    "/api/v1/session",
                                    new AccessResource.SignInRequest(name, PASSWORD),
                                    AccessResource.SignedIn.class));
                    return true;
                });
    }

    private static String read(Path token) {
        try {
            return Files.exists(token) ? Files.readString(token).strip() : "";
        } catch (IOException e) {
            throw new DemoFailure("The set-up token can't be read: " + e.getMessage());
        }
    }

    /** Empty before everybody has arrived. */
    String credential(String name) {
        return Optional.ofNullable(signedIn.get(name))
                .map(AccessResource.SignedIn::credential)
                .orElse("");
    }

    AccessResource.SignedIn session(String name) {
        return Optional.ofNullable(signedIn.get(name))
                .orElseThrow(() -> new DemoFailure(name + " isn't signed in."));
    }

    static List<String> names() {
        return List.copyOf(ROLES.keySet());
    }

    static List<String> roles(String name) {
        return ROLES.getOrDefault(name, List.of());
    }
}
