package adfer.access;

import adfer.kernel.Result;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A role and where it holds. Written {@code commander}, or {@code commander@site:a}. */
public record Grant(Role role, Scope scope) {
    public static Grant everywhere(Role role) {
        return new Grant(role, new Scope.Everywhere());
    }

    public boolean allows(Right right, Place place) {
        return right.given(role) && scope.covers(place);
    }

    /** Whether whoever has the other has this too. */
    public boolean within(Grant other) {
        return role == other.role()
                && (scope.equals(other.scope()) || other.scope() instanceof Scope.Everywhere);
    }

    public static Result<Grant> parse(String text) {
        int at = text.indexOf('@');
        String role = (at < 0 ? text : text.substring(0, at)).strip();
        return Arrays.stream(Role.values())
                .filter(known -> known.name().equals(role.toUpperCase(Locale.ROOT)))
                .findFirst()
                .map(known ->
                        Scope.parse(at < 0 ? "*" : text.substring(at + 1).strip())
                                .map(scope -> new Grant(known, scope)))
                .orElseGet(() ->
                        Result.refused(
                                "bad-request",
                                "'"
                                        + role
                                        + "' is no role: take one of "
                                        + Arrays.stream(Role.values())
                                                .map(Role::word)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }

    @Override
    public String toString() {
        return scope instanceof Scope.Everywhere ? role.word() : role.word() + "@" + scope;
    }
}
