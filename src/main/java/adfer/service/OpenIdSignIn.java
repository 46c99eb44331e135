package adfer.service;

import adfer.access.Identity;
import adfer.access.Principal;
import adfer.kernel.Result;
import adfer.port.IdentityProvider;
import adfer.port.IdentityProvider.Begun;
import adfer.port.IdentityProvider.Standing;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Signing in at an OpenID provider. What a browser has begun it ends at the same node, once, soon,
 * and in the same browser. Thread-safe; remembers the latest {@value #MOST} only.
 */
public final class OpenIdSignIn {
    /** How long somebody may take at the provider. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    static final int MOST = 10_000;

    private final Optional<IdentityProvider> provider;
    private final Gate gate;
    private final URI back;
    private final Supplier<String> secrets;
    private final LongSupplier steadyNanos;
    private final Map<String, Waiting> waiting =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Waiting> eldest) {
                    return size() > MOST;
                }
            };

    private record Waiting(Begun begun, String browser, String next, long since) {}

    /**
     * @param back where browsers come back to at this node
     * @param secrets makes long random texts
     */
    public OpenIdSignIn(
            Optional<IdentityProvider> provider,
            Gate gate,
            URI back,
            Supplier<String> secrets,
            LongSupplier steadyNanos) {
        this.provider = provider;
        this.gate = gate;
        this.back = back;
        this.secrets = secrets;
        this.steadyNanos = steadyNanos;
    }

    /** What people call the provider; empty when there is none. */
    public Optional<String> title() {
        return provider.map(IdentityProvider::title);
    }

    /**
     * A sign-in that has begun.
     *
     * @param to where the browser has to go
     * @param browser what tells this browser when it is back
     */
    public record Leaving(URI to, String browser) {
        @Override
        public String toString() {
            return "Leaving[]";
        }
    }

    /**
     * @param next the page that was wanted
     */
    public Result<Leaving> begin(String next) {
        return there().then(known -> known.begin(back))
                .map(begun -> {
                    String browser = secrets.get();
                    remember(begun, browser, next);
                    return new Leaving(begun.to(), browser);
                });
    }

    private synchronized void remember(Begun begun, String browser, String next) {
        waiting.put(begun.state(), new Waiting(begun, browser, next, steadyNanos.getAsLong()));
    }

    private synchronized Optional<Waiting> recall(String state) {
        return Optional.ofNullable(waiting.remove(state));
    }

    /**
     * Somebody who is back and known.
     *
     * @param next the page that was wanted
     */
    public record Returned(Gate.SignedIn signed, String next) {
        @Override
        public String toString() {
            return "Returned[]";
        }
    }

    /**
     * What a browser brought back.
     *
     * @param browser what tells which one it is
     * @param error what the provider says instead of a code
     * @param address from where
     */
    public Result<Returned> finish(
            String state, String browser, String code, String error, String address) {
        Optional<Waiting> known =
                recall(state)
                        .filter(it -> it.browser().equals(browser))
                        .filter(it -> steadyNanos.getAsLong() - it.since() < PATIENCE.toNanos());
        if (known.isEmpty()) {
            return Result.refused(
                    "not-recognised",
                    "This sign-in was not begun in this browser at "
                            + back.resolve("/")
                            + ", or is over: begin it again there.");
        }
        if (code.isEmpty()) {
            String why = error.matches("[a-z_]{1,40}") ? " (" + error.replace('_', ' ') + ")" : "";
            return Result.refused(
                    "not-recognised",
                    title().orElse("") + " did not sign you in" + why + "; try again.");
        }
        Waiting begun = known.get();
        return there().then(it -> it.finish(begun.begun(), back, code))
                .then(identity -> open(identity, "console", address))
                .map(signed -> new Returned(signed, begun.next()));
    }

    /**
     * A sign-in without a browser at hand that has begun.
     *
     * @param code to ask with how it stands
     * @param userCode what the person types in there
     * @param whole the address with the code in it, where there is one
     * @param every how long to wait between two questions
     */
    public record DeviceCode(
            String code,
            String userCode,
            URI address,
            Optional<URI> whole,
            Duration lives,
            Duration every) {
        @Override
        public String toString() {
            return "DeviceCode[]";
        }
    }

    public Result<DeviceCode> device() {
        return there().then(IdentityProvider::device)
                .map(begun ->
                        new DeviceCode(
                                begun.code(),
                                begun.userCode(),
                                begun.address(),
                                begun.whole(),
                                begun.lives(),
                                begun.every()));
    }

    /**
     * How it stands.
     *
     * @param signed empty while it isn't done
     * @param slower whether to ask less often
     */
    public record Progress(Optional<Gate.SignedIn> signed, boolean slower) {}

    public Result<Progress> progress(String code, String origin, String address) {
        return there().then(it -> it.standing(code))
                .then(standing -> progress(standing, origin, address));
    }

    private Result<Progress> progress(Standing standing, String origin, String address) {
        return standing.identity()
                .map(identity ->
                        open(identity, origin, address)
                                .map(signed -> new Progress(Optional.of(signed), false)))
                .orElseGet(() -> Result.ok(new Progress(Optional.empty(), standing.slower())));
    }

    private Result<Gate.SignedIn> open(Identity identity, String origin, String address) {
        return gate.open(identity, Principal.Method.OPENID, origin, address);
    }

    private Result<IdentityProvider> there() {
        return provider.map(Result::ok)
                .orElseGet(() ->
                        Result.refused(
                                "not-recognised",
                                "No OpenID provider is configured here (access.openid)."));
    }
}
