package adfer.cli;

import adfer.service.Views;

import java.time.Duration;

/** That nothing was done yet: a second person has to confirm it first. */
public final class WaitsException extends CliException {
    private final transient Views.WishView wish;

    public WaitsException(Views.WishView wish) {
        super(
                ExitCode.NEEDS_PERSON,
                wish.sentence() + " It waits for " + Terminal.duration(within(wish)) + ".");
        this.wish = wish;
    }

    /** How long it waits from when it was asked. */
    static Duration within(Views.WishView wish) {
        return Duration.between(wish.at(), wish.expires());
    }

    public Views.WishView wish() {
        return wish;
    }
}
