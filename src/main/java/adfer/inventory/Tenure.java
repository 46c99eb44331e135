package adfer.inventory;

import adfer.kernel.Epoch;

import java.util.Optional;

/**
 * A site's present tenure of a group, under which an order is carried out.
 *
 * @param mark what the order leaves on a VM
 * @param since the tenure in which the site was given the group, {@link Epoch#NONE} where it was
 *     when the group was protected for the first time: no other site has had it from then on
 */
public record Tenure(Ownership mark, Epoch since) {
    /**
     * Of a site that has just been given the group, or of which nobody knows how long it has it.
     */
    public static Tenure first(Ownership mark) {
        return new Tenure(mark, mark.epoch());
    }

    /**
     * Whether a VM that stands still may go on with its memory: where another site has had the
     * group since, its disks have moved on without that memory. One that bears no mark has not been
     * acted on yet, and may where its site has had the group ever since that is protected.
     */
    public boolean continues(Optional<Ownership> found) {
        return found.map(
                        there -> there.group().equals(mark.group()) && !there.epoch().before(since))
                .orElse(since.equals(Epoch.NONE));
    }
}
