package adfer.service;

import adfer.access.Grant;
import adfer.access.Person;
import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.access.Token;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.state.Command;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** API tokens: what people give to programs, in their name and narrowed to what these need. */
public final class ApiTokens {
    /** The longest a token may live. */
    public static final Duration LONGEST = Duration.ofDays(366);

    /** Somebody who signs in elsewhere can leave there without Adfer being told. */
    public static final Duration LONGEST_FOREIGN = Duration.ofDays(30);

    private final Replica replica;
    private final Desk desk;
    private final InstantSource clock;
    private final Supplier<String> secrets;
    private final Supplier<String> ids;

    /**
     * @param secrets makes long random texts
     * @param ids makes short unique ones
     */
    public ApiTokens(
            Replica replica,
            Desk desk,
            InstantSource clock,
            Supplier<String> secrets,
            Supplier<String> ids) {
        this.replica = replica;
        this.desk = desk;
        this.clock = clock;
        this.secrets = secrets;
        this.ids = ids;
    }

    /** A token as it may be seen after it was made. */
    public record TokenView(
            String id,
            String owner,
            String note,
            List<String> grants,
            Instant made,
            Instant expires) {
        static TokenView of(Token token) {
            return new TokenView(
                    token.id(),
                    token.owner(),
                    token.note(),
                    Accounts.words(token.grants()),
                    token.made(),
                    token.expires());
        }
    }

    /**
     * A token that was just made.
     *
     * @param credential the whole of it, shown this once
     */
    public record NewToken(TokenView token, String credential) {}

    /** One's own tokens, or for an admin all. */
    public List<TokenView> list(Principal who) {
        boolean all = who.may(Right.MANAGE_PEOPLE, Place.CLUSTER);
        return replica.state()
                .tokens()
                .filter(token -> all || token.owner().equals(who.name()))
                .map(TokenView::of)
                .toList();
    }

    /**
     * Makes a token for oneself.
     *
     * @param grants what it is narrowed to
     */
    public Result<NewToken> issue(
            Principal who, String request, String note, List<Grant> grants, Duration lives) {
        Optional<Problem> problem = objection(who, grants, lives);
        if (problem.isPresent()) {
            return new Result.Refused<>(List.of(problem.get()));
        }
        String id = ids.get();
        String secret = secrets.get();
        Instant now = clock.instant();
        Token token =
                new Token(id, who.name(), note, Gate.hash(secret), grants, now, now.plus(lives));
        return desk.submit(who.actor(), request, note, new Command.IssueToken(token))
                .then(ignored ->
                        replica.state()
                                .token(id)
                                .map(it ->
                                        Result.ok(
                                                new NewToken(
                                                        TokenView.of(it),
                                                        Gate.TOKEN_PREFIX + id + "_" + secret)))
                                .orElseGet(() ->
                                        Result.refused(
                                                "request-reused",
                                                "This idempotency key made a token before, which"
                                                    + " can't be shown again; revoke that one and"
                                                    + " take a fresh key.")));
    }

    private Optional<Problem> objection(Principal who, List<Grant> grants, Duration lives) {
        if (!who.method().person()) {
            return problem("not-allowed", "A token makes no tokens: sign in yourself.");
        }
        if (who.method() == Principal.Method.BREAK_GLASS) {
            return problem("not-allowed", "An account behind glass makes no tokens.");
        }
        boolean own = replica.state().person(who.name()).flatMap(Person::password).isPresent();
        Duration longest = own ? LONGEST : LONGEST_FOREIGN;
        if (lives.isNegative() || lives.isZero() || lives.compareTo(longest) > 0) {
            return problem(
                    "bad-request", "A token of yours lives at most " + longest.toDays() + " days.");
        }
        if (grants.isEmpty()) {
            return problem("bad-request", "Say what the token is for: one role or more.");
        }
        return grants.stream()
                .filter(grant -> who.layers().getFirst().stream().noneMatch(grant::within))
                .findFirst()
                .flatMap(grant ->
                        problem(
                                "not-allowed",
                                "You are not " + grant + " yourself; you are " + who.held() + "."));
    }

    public Result<TokenView> revoke(Principal who, String request, String reason, String id) {
        return replica.state()
                .token(id)
                .filter(token ->
                        token.owner().equals(who.name())
                                || who.may(Right.MANAGE_PEOPLE, Place.CLUSTER))
                .map(TokenView::of)
                .map(view ->
                        desk.submit(who.actor(), request, reason, new Command.RevokeToken(id))
                                .map(ignored -> view))
                .orElseGet(() ->
                        Result.refused("no-such-token", "There is no token " + id + " of yours."));
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
