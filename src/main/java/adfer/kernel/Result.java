package adfer.kernel;

import java.util.List;
import java.util.function.Function;

/** Either a value or the reasons why there is none. */
public sealed interface Result<T> {
    record Ok<T>(T value) implements Result<T> {}

    /**
     * @param problems at least one
     */
    record Refused<T>(List<Problem> problems) implements Result<T> {
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refusal needs a reason");
            }
        }
    }

    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Result<T> refused(String code, String sentence) {
        return new Refused<>(List.of(new Problem(code, sentence)));
    }

    default boolean accepted() {
        return this instanceof Ok<T>;
    }

    default <U> Result<U> then(Function<? super T, Result<U>> next) {
        return switch (this) {
            case Ok<T>(var value) -> next.apply(value);
            case Refused<T>(var problems) -> new Refused<>(problems);
        };
    }

    default <U> Result<U> map(Function<? super T, ? extends U> change) {
        return then(value -> new Ok<>(change.apply(value)));
    }
}
