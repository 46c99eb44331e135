package adfer.cli;

import adfer.service.Views;

/** That nothing was done yet: a second person has to confirm it first. */
public final class WaitsException extends CliException {
    private final transient Views.WishView wish;

    public WaitsException(Views.WishView wish) {
        super(ExitCode.NEEDS_PERSON, wish.sentence());
        this.wish = wish;
    }

    public Views.WishView wish() {
        return wish;
    }
}
