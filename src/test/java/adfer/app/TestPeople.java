package adfer.app;

import adfer.api.AccessResource;
import adfer.cli.CliException;
import adfer.cli.Client;
import adfer.service.Accounts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Who uses a test's cluster: people with every role and one password, and their sessions. */
final class TestPeople {
    static final String PASSWORD = "correct horse battery";
    static final List<String> ALL_ROLES =
            List.of("admin", "viewer", "operator", "commander", "approver");

    private static final List<String> OTHERS = List.of("shift", "ann", "ben", "bob", "nia.rees");

    private final Map<String, String> credentials = new ConcurrentHashMap<>();

    /**
     * Makes the first person, the tester, and the others.
     *
     * @param clients of whoever shows a credential
     */
    void arrive(Function<String, Client> clients, Path setUpToken) {
        Client stranger = clients.apply("");
        if (credential("tester").isEmpty()) {
            setUp(stranger, setUpToken);
            signIn(stranger, "tester");
        }
        for (String name : OTHERS) {
            if (credential(name).isEmpty()) {
                add(clients.apply(credential("tester")), name, ALL_ROLES);
                signIn(stranger, name);
            }
        }
    }

    /** An attempt before, of which no answer came, may have been heard after all. */
    private static void setUp(Client stranger, Path setUpToken) {
        try {
            setUpNow(stranger, setUpToken);
        } catch (CliException e) {
            if (!String.valueOf(e.getMessage()).contains("set up already")) {
                throw e;
            }
        }
    }

    private static void setUpNow(Client stranger, Path setUpToken) {
        stranger.post(
                "/api/v1/setup",
                new AccessResource.SetUpRequest(
                        read(setUpToken),
                        "tester",
                        Optional.empty(),
                        PASSWORD,
                        Optional.of(ALL_ROLES)),
                Accounts.PersonView.class);
    }

    static void add(Client admin, String name, List<String> roles) {
        put(admin, name, roles, Optional.of(PASSWORD));
    }

    /** Roles for somebody who signs in elsewhere. */
    static void grant(Client admin, String name, List<String> roles) {
        put(admin, name, roles, Optional.empty());
    }

    private static void put(
            Client admin, String name, List<String> roles, Optional<String> password) {
        admin.put(
                "/api/v1/people/" + name,
                new AccessResource.PersonRequest(
                        Optional.empty(),
                        roles,
                        Optional.empty(),
                        Optional.empty(),
                        password,
                        Optional.empty()),
                Accounts.PersonView.class);
    }

    void signIn(Client stranger, String name) {
        credentials.put(
                name,
                stranger.post(
                                "/api/v1/session",
                                new AccessResource.SignInRequest(name, PASSWORD),
                                AccessResource.SignedIn.class)
                        .credential());
    }

    private static String read(Path token) {
        try {
            return Files.exists(token) ? Files.readString(token).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty before the people have arrived. */
    String credential(String name) {
        return credentials.getOrDefault(name.strip().toLowerCase(Locale.ROOT), "");
    }
}
