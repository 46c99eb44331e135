package adfer.service;

import adfer.inventory.Ownership;
import adfer.inventory.Tenure;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.Problem;

import java.time.Duration;
import java.util.Optional;

/** Whether this site may run a group now, by this node's own clock. */
public interface Tenancy {
    /** For a site that needs no lease. */
    Tenancy UNBOUND =
            new Tenancy() {
                @Override
                public Optional<Problem> hindrance(GroupId group, Epoch epoch, Duration patience) {
                    return Optional.empty();
                }

                @Override
                public Tenure of(Ownership mark) {
                    return Tenure.first(mark);
                }
            };

    /**
     * Waits until it may.
     *
     * @param patience how long; zero looks once
     * @return why it may not
     */
    Optional<Problem> hindrance(GroupId group, Epoch epoch, Duration patience)
            throws InterruptedException;

    /** The tenure under which this site has a mark's group now. */
    Tenure of(Ownership mark);
}
