package adfer.console;

import adfer.access.Right;

import java.util.function.Predicate;

/** Which buttons of a run somebody is offered. */
public record RunOffers(boolean steer, boolean skip, boolean cancel, boolean approve) {
    static RunOffers of(Predicate<Right> may) {
        return new RunOffers(
                may.test(Right.STEER),
                may.test(Right.SKIP),
                may.test(Right.CANCEL),
                may.test(Right.APPROVE));
    }

    public boolean any() {
        return steer || skip || cancel || approve;
    }
}
