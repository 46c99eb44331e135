package adfer.access;

import adfer.kernel.Result;

import java.util.List;
import java.util.Optional;

/** Who asks in tests. */
public final class Somebody {
    private Somebody() {}

    /**
     * @param grant as people write it, such as {@code commander@site:a}
     */
    public static Principal holding(String name, String grant) {
        return new Principal(
                name,
                "api",
                Principal.Method.PASSWORD,
                Optional.empty(),
                List.of(List.of(grant(grant))));
    }

    static Grant grant(String text) {
        return switch (Grant.parse(text)) {
            case Result.Ok<Grant>(var grant) -> grant;
            case Result.Refused<Grant>(var problems) -> throw new AssertionError(problems);
        };
    }
}
