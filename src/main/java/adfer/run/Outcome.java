package adfer.run;

import adfer.kernel.Problem;

/** How one attempt of a task ended, as its executor observed it. */
public sealed interface Outcome {
    /**
     * The effect was observed.
     *
     * @param found true when it was there before the attempt did anything
     */
    record Done(String sentence, boolean found) implements Outcome {}

    /**
     * @param retryable true when trying again may help and can do no harm
     */
    record Failed(Problem problem, boolean retryable) implements Outcome {}

    /**
     * Nobody can say whether the effect is there and repeating it may do harm: an operator must
     * decide.
     */
    record Unsure(Problem problem) implements Outcome {}
}
