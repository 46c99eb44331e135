package adfer.api;

import adfer.kernel.Problem;

import java.util.List;

/** Why a request is not answered with what it asked for. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /**
     * @param problems at least one
     */
    Refusal(List<Problem> problems) {
        super(problems.getFirst().sentence(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    Refusal(String code, String sentence) {
        this(List.of(new Problem(code, sentence)));
    }

    List<Problem> problems() {
        return problems;
    }
}
