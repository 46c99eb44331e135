package adfer.service;

import adfer.access.Grant;
import adfer.access.Identity;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.access.Session;
import adfer.access.Token;
import adfer.access.Visit;
import adfer.kernel.Actor;
import adfer.kernel.Canonical;
import adfer.kernel.Result;
import adfer.port.Passwords;
import adfer.port.Seal;
import adfer.state.ClusterState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells who somebody is: by a password, or by the session or token that is shown. All it needs is
 * in this node's copy of the state, so it works at the surviving site, and without a majority; only
 * for those without a password here another directory is asked.
 */
public final class Gate {
    /** What an API token begins with, so that people and scanners know one when they see it. */
    public static final String TOKEN_PREFIX = "adfer_";

    public static final int MAX_PASSWORD = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** Each takes 20 MB and a processor for a while. */
    private static final int HASHES_AT_ONCE = 2;

    private static final Duration QUEUE = Duration.ofSeconds(5);

    private final Replica replica;
    private final Passwords passwords;
    private final Seal seal;
    private final Throttle throttle;
    private final Glass glass;
    private final InstantSource clock;
    private final Duration sessionFor;
    private final Elsewhere elsewhere;
    private final Supplier<String> ids;
    private final Consumer<Visit> opened;
    private final Semaphore hashing = new Semaphore(HASHES_AT_ONCE);
    private final String nobodys;

    /**
     * @param sessionFor how long somebody stays signed in
     * @param ids makes short unique ones
     * @param opened is told of each session
     */
    public Gate(
            Replica replica,
            Passwords passwords,
            Seal seal,
            Glass glass,
            InstantSource clock,
            LongSupplier steadyNanos,
            Duration sessionFor,
            Elsewhere elsewhere,
            Supplier<String> ids,
            Consumer<Visit> opened) {
        this.replica = replica;
        this.passwords = passwords;
        this.seal = seal;
        this.glass = glass;
        this.throttle = new Throttle(steadyNanos);
        this.clock = clock;
        this.sessionFor = sessionFor;
        this.elsewhere = elsewhere;
        this.ids = ids;
        this.opened = opened;
        this.nobodys = passwords.hash("nobody's password");
    }

    /**
     * What somebody gets for signing in.
     *
     * @param credential to be shown from now on
     */
    public record SignedIn(String credential, Instant expires, Principal who) {}

    /**
     * Signs in by a password.
     *
     * @param origin the door
     * @param address from where, for the throttle
     */
    public Result<SignedIn> signIn(String name, String password, String origin, String address) {
        return recognised(name, password, address).then(who -> welcome(who, origin, address));
    }

    /** Somebody who gave a password, and whose it was. */
    private record Recognised(Identity who, Principal.Method method) {}

    /** Whether that is somebody's password; opens nothing. */
    Result<String> check(String name, String password, String address) {
        return recognised(name, password, address).map(shown -> shown.who().name());
    }

    private Result<Recognised> recognised(String name, String password, String address) {
        if (nobody()) {
            return stranger();
        }
        String known;
        try {
            known = Person.named(name);
        } catch (IllegalArgumentException e) {
            return wrong();
        }
        Duration left = throttle.left(known, address);
        if (!left.isZero()) {
            return Result.refused(
                    "slow-down",
                    "Too many attempts to sign in as "
                            + known
                            + " from there: wait "
                            + (left.toSeconds() + 1)
                            + " s.");
        }
        boolean own = own(known) || elsewhere.directory().isEmpty();
        Principal.Method method = own ? Principal.Method.PASSWORD : Principal.Method.LDAP;
        return (own ? byPassword(known, password) : byDirectory(known, password))
                .then(shown -> {
                    if (shown.isEmpty()) {
                        throttle.failed(known, address);
                        LOG.warn("Somebody at {} failed to sign in as {}.", address, known);
                        return wrong();
                    }
                    throttle.succeeded(known, address);
                    return Result.ok(new Recognised(shown.get(), method));
                });
    }

    /**
     * Whom wrong passwords keep waiting at this node, for an admin.
     *
     * @param address from where; from anywhere else he or she may sign in
     */
    public record Slowed(String name, String address, Duration left) {}

    public List<Slowed> slowed(Principal who) {
        return who.may(Right.MANAGE_PEOPLE, Place.CLUSTER) ? throttle.slowed() : List.of();
    }

    /** Who is behind glass comes in by his or her own password only, and not alone. */
    private Result<SignedIn> welcome(Recognised shown, String origin, String address) {
        Identity who = shown.who();
        boolean sealed =
                shown.method() == Principal.Method.PASSWORD
                        && replica.state().person(who.name()).filter(Person::sealed).isPresent();
        return sealed
                ? glass.knock(new Actor(who.name(), origin), address)
                        .then(ignored ->
                                open(
                                        who,
                                        Principal.Method.BREAK_GLASS,
                                        origin,
                                        address,
                                        glass.sessionFor()))
                : open(who, shown.method(), origin, address);
    }

    /** Whether nobody else is asked about that name. */
    private boolean own(String name) {
        return replica.state()
                .person(name)
                .filter(person ->
                        person.password().isPresent() || person.disabled() || person.sealed())
                .isPresent();
    }

    private Result<Optional<Identity>> byDirectory(String name, String password) {
        if (password.length() > MAX_PASSWORD) {
            return Result.ok(Optional.empty());
        }
        return elsewhere
                .directory()
                .orElseThrow()
                .signIn(name, password)
                .map(shown -> shown.filter(who -> !own(who.name())));
    }

    private Result<Optional<Identity>> byPassword(String name, String password) {
        Optional<Person> person = usable(replica.state(), name);
        String hash = person.flatMap(Person::password).orElse(nobodys);
        return guarded(password, hash)
                .map(matches ->
                        matches && person.flatMap(Person::password).isPresent()
                                ? Optional.of(new Identity(name, List.of()))
                                : Optional.empty());
    }

    /** Also where there is no such person, so that the time it takes doesn't tell. */
    private Result<Boolean> guarded(String password, String hash) {
        try {
            if (!hashing.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Result.refused("busy", "Too many people sign in at once; try again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.refused("closed", "This node is stopping.");
        }
        try {
            return Result.ok(
                    password.length() <= MAX_PASSWORD && passwords.matches(password, hash));
        } finally {
            hashing.release();
        }
    }

    private static <T> Result<T> wrong() {
        return Result.refused(
                "wrong-password", "Nobody of that name has that password, or may sign in so.");
    }

    /** Opens a session for somebody who has shown who he or she is. */
    Result<SignedIn> open(Identity who, Principal.Method method, String origin, String address) {
        return open(who, method, origin, address, sessionFor);
    }

    private Result<SignedIn> open(
            Identity who,
            Principal.Method method,
            String origin,
            String address,
            Duration lasting) {
        Instant now = clock.instant();
        Session session =
                new Session(ids.get(), who.name(), method, who.grants(), now, now.plus(lasting));
        return principal(session, origin)
                .map(principal -> {
                    opened.accept(
                            new Visit(
                                    session.id(),
                                    session.name(),
                                    method,
                                    origin,
                                    address,
                                    session.at(),
                                    session.expires(),
                                    false));
                    return new SignedIn(seal.seal(session), session.expires(), principal);
                });
    }

    /** Whose session or token this is. */
    public Result<Principal> admit(String credential, String origin) {
        if (credential.startsWith(TOKEN_PREFIX)) {
            return byToken(credential, origin);
        }
        return seal.open(credential)
                .map(session -> principal(session, origin))
                .orElseGet(() -> byStatement(credential, origin));
    }

    /** A token that an OpenID provider made. */
    private Result<Principal> byStatement(String credential, String origin) {
        return elsewhere
                .provider()
                .filter(provider -> credential.startsWith("eyJ"))
                .map(provider ->
                        provider.bearer(credential).then(session -> principal(session, origin)))
                .orElseGet(this::stranger);
    }

    private Result<Principal> principal(Session session, String origin) {
        ClusterState state = replica.state();
        Optional<Person> person = state.person(session.name());
        if (!session.expires().isAfter(clock.instant())) {
            return Result.refused("not-signed-in", "Your session is over: sign in again.");
        }
        boolean glass = session.method() == Principal.Method.BREAK_GLASS;
        boolean keptOut =
                person.filter(known -> known.disabled() || known.sealed() != glass).isPresent();
        if ((session.method().local() && person.isEmpty()) || keptOut) {
            return stranger();
        }
        if (person.filter(known -> known.ends(session.at())).isPresent()) {
            return Result.refused("not-signed-in", "Your sessions were ended: sign in again.");
        }
        Optional<String> id = Optional.of(session.id()).filter(it -> !it.isEmpty());
        if (id.flatMap(state::visit).filter(Visit::ended).isPresent()) {
            return Result.refused("not-signed-in", "This session was ended: sign in again.");
        }
        List<Grant> grants = new ArrayList<>(person.map(Person::grants).orElse(List.of()));
        grants.addAll(session.grants());
        return Result.ok(
                new Principal(session.name(), origin, session.method(), id, List.of(grants)));
    }

    private Result<Principal> byToken(String credential, String origin) {
        int secret = credential.indexOf('_', TOKEN_PREFIX.length());
        if (secret < 0) {
            return stranger();
        }
        ClusterState state = replica.state();
        Optional<Token> token =
                state.token(credential.substring(TOKEN_PREFIX.length(), secret))
                        .filter(known -> same(known.hash(), credential.substring(secret + 1)));
        if (token.isEmpty()) {
            return stranger();
        }
        if (!token.get().expires().isAfter(clock.instant())) {
            return Result.refused(
                    "not-signed-in",
                    "Token " + token.get().id() + " has expired: make another (adfer tokens).");
        }
        return owned(state, token.get(), origin);
    }

    private Result<Principal> owned(ClusterState state, Token token, String origin) {
        Optional<Person> owner = state.person(token.owner());
        boolean cutOff =
                owner.filter(person ->
                                person.disabled()
                                        || person.sealed()
                                        || token.made().isBefore(person.validFrom()))
                        .isPresent();
        if (cutOff) {
            return stranger();
        }
        List<List<Grant>> layers = new ArrayList<>();
        owner.filter(person -> person.password().isPresent())
                .ifPresent(person -> layers.add(person.grants()));
        layers.add(token.grants());
        return Result.ok(
                new Principal(
                        token.owner(), origin, Principal.Method.TOKEN, Optional.empty(), layers));
    }

    /** What is kept of a token's secret. */
    static String hash(String secret) {
        return Canonical.hexOfText(secret);
    }

    private static boolean same(String hash, String secret) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII),
                hash(secret).getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<Person> usable(ClusterState state, String name) {
        return state.person(name).filter(person -> !person.disabled());
    }

    /** Whether Adfer still waits for its first person. */
    boolean untouched() {
        return replica.state().people().findAny().isEmpty();
    }

    /** Where nobody could sign in, by whatever directory. */
    private boolean nobody() {
        return untouched() && elsewhere.directory().isEmpty() && elsewhere.provider().isEmpty();
    }

    /** What whoever shows nothing is told; the page to sign in at tells no less. */
    public <T> Result<T> stranger() {
        return Result.refused(
                "not-signed-in",
                nobody()
                        ? "Nobody has been set up at this node yet: make the first person with"
                                + " ./adfer setup."
                        : "Sign in first: adfer login, or /login.");
    }
}
