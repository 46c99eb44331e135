package adfer.access;

import adfer.kernel.Actor;
import adfer.kernel.Problem;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Somebody who has shown who he or she is, and what that entitles to.
 *
 * @param name equal names are one person, however they signed in
 * @param origin the door: {@code cli}, {@code console} or {@code api}
 * @param method how the name was shown
 * @param session which of the person's sessions; empty where it is none of Adfer's
 * @param layers every one of them has to allow something: a person's own grants, and those that a
 *     token was narrowed to
 */
public record Principal(
        String name,
        String origin,
        Method method,
        Optional<String> session,
        List<List<Grant>> layers) {
    /** How somebody signed in. */
    public enum Method {
        PASSWORD,
        TOKEN,
        OPENID,
        /** What an OpenID provider made for programs, shown as it is. */
        BEARER,
        LDAP,
        BREAK_GLASS;

        /** As it stands after "by". */
        public String words() {
            return switch (this) {
                case PASSWORD -> "password";
                case TOKEN -> "token";
                case OPENID -> "OpenID";
                case BEARER -> "the provider's token";
                case LDAP -> "LDAP";
                case BREAK_GLASS -> "breaking glass";
            };
        }

        /** Whether a person signed in so, rather than a program. */
        public boolean person() {
            return switch (this) {
                case PASSWORD, OPENID, LDAP, BREAK_GLASS -> true;
                case TOKEN, BEARER -> false;
            };
        }

        /** Whether it takes somebody whom Adfer itself knows. */
        public boolean local() {
            return switch (this) {
                case PASSWORD, BREAK_GLASS -> true;
                case TOKEN, OPENID, BEARER, LDAP -> false;
            };
        }
    }

    public Principal {
        layers = layers.stream().map(List::copyOf).toList();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("without a layer of grants everything is allowed");
        }
    }

    public Actor actor() {
        return new Actor(name, origin);
    }

    public boolean may(Right right, Place place) {
        return layers.stream()
                .allMatch(grants -> grants.stream().anyMatch(grant -> grant.allows(right, place)));
    }

    /** Why this is no second person's word; empty where somebody is there. */
    public Optional<Problem> absent() {
        return method.person()
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                "not-present",
                                "A token is no second person: whoever confirms this signs in and"
                                        + " is there."));
    }

    /** Whether there may be any place at which this is allowed. */
    public boolean maySomewhere(Right right) {
        return layers.stream()
                .allMatch(grants -> grants.stream().anyMatch(grant -> right.given(grant.role())));
    }

    /** Why not; empty when it is allowed. */
    public Optional<Problem> refused(Right right, Place place) {
        if (may(right, place)) {
            return Optional.empty();
        }
        String where = place.name().isEmpty() ? "" : " at " + place.name();
        return Optional.of(
                new Problem(
                        "not-allowed",
                        name
                                + " may not "
                                + right.words()
                                + where
                                + ": that takes the role "
                                + right.holders()
                                + where
                                + "; "
                                + name
                                + " is "
                                + held()
                                + ". Ask an admin."));
    }

    /** Why not, where there is no place at which it would be allowed. */
    public Problem refused(Right right) {
        return refused(right, Place.CLUSTER)
                .orElseThrow(() -> new IllegalArgumentException(right + " is allowed"));
    }

    /** What one is, in words. */
    public String held() {
        String first = words(layers.getFirst());
        return layers.size() == 1
                ? first
                : first
                        + ", narrowed by the token to "
                        + layers.stream()
                                .skip(1)
                                .map(Principal::words)
                                .collect(Collectors.joining(", then to "));
    }

    private static String words(List<Grant> grants) {
        return grants.isEmpty()
                ? "nothing"
                : grants.stream().map(Grant::toString).collect(Collectors.joining(", "));
    }
}
