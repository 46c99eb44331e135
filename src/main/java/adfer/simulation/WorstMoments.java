package adfer.simulation;

import adfer.kernel.SiteId;

import java.util.List;
import java.util.Optional;

/**
 * What comes at the worst moment: between what somebody has in mind and the act. There most of what
 * goes wrong begins or ends.
 */
final class WorstMoments {
    /** So often of a thousand times a keeper is outwitted, where all is well. */
    private static final int OUTWITTED = 40;

    /** So long after a runbook was published a keeper is tempted often. */
    private static final long NEWS = 2_500 * Events.MILLI;

    private final World world;
    private final Faults faults;
    private Optional<SiteId> outwitted = Optional.empty();

    WorstMoments(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /** A node has made up its mind and not yet acted. */
    void acts(Node node) {
        tempt(node, world.theme.tempted());
    }

    /** Somebody is about to say what he or she saw: often it is over by then. */
    void witnesses(Node node, SiteId seenOff) {
        if (world.theme == Theme.WORDS
                && world.stormy()
                && world.off(seenOff)
                && world.chance.percent(30)) {
            faults.allEndsWithin(500);
            faults.freezeNodes(List.of(node), world.chance.millis(5_000, 15_000));
        } else {
            acts(node);
        }
    }

    /**
     * A node's fence agent has seen a host off, and may be slow to say so.
     *
     * @return how long the agent takes
     */
    long fences(Node node) {
        if (world.theme == Theme.FENCING && world.stormy() && world.chance.percent(40)) {
            faults.allEndsWithin(2_000);
            return world.chance.millis(4_000, 14_000);
        }
        acts(node);
        return world.chance.percent(20)
                ? world.chance.millis(500, 8_000)
                : world.chance.micros(10, 5_000);
    }

    /** A leader is about to end leases: often their site is back by then. */
    void lapses(Node node) {
        if (world.stormy() && world.chance.percent(20)) {
            faults.allEndsWithin(300);
            faults.freezeNodes(List.of(node), world.chance.millis(300, 3_000));
        } else {
            acts(node);
        }
    }

    /**
     * A keeper is between tickets and their confirmation, which happens often.
     *
     * @param committed whether the renewal is committed already
     */
    void keeps(Node node, boolean committed) {
        boolean news = world.events.now() - world.people.publishedAt() < NEWS;
        if (world.theme == Theme.KEEPING) {
            outwit(node.site, committed, news);
        } else {
            tempt(node, news ? 60 : 3);
        }
    }

    /**
     * While all is well, what guards are to do is changed behind the back of a site's keepers, and
     * then they are lost before they have told the guards.
     */
    private void outwit(SiteId site, boolean committed, boolean news) {
        if (!world.stormy() || !faults.none()) {
            return;
        }
        if (news && outwitted.filter(site::equals).isPresent()) {
            if (committed && world.chance.percent(60)) {
                faults.freezeNodes(faults.workers(site), longEnough());
                outwitted = Optional.empty();
            }
        } else if (world.chance.below(1_000) < OUTWITTED) {
            outwitted = Optional.of(site);
            if (!committed) {
                faults.freezeNodes(faults.workers(site), world.chance.millis(300, 2_000));
            } else if (world.chance.percent(60)) {
                faults.freezeAndCut(site);
            }
            world.events.after(world.chance.millis(0, 300), () -> world.people.turnAround(site));
        }
    }

    private boolean tempted(int perMille) {
        return faults.mayStrike() && world.chance.below(1_000) < perMille;
    }

    private void tempt(Node node, int perMille) {
        if (tempted(perMille)) {
            switch (world.chance.below(3)) {
                case 0 -> faults.freezeNodes(List.of(node), pause());
                case 1 -> faults.freezeNodes(faults.workers(node.site), pause());
                default -> faults.freezeAndCut(node.site);
            }
        }
    }

    /** Often so short that nobody takes note. */
    private long pause() {
        return world.chance.percent(50) ? world.chance.millis(100, 1_500) : faults.duration();
    }

    /** So long that a lease may lapse. */
    private long longEnough() {
        int waits = Math.toIntExact(world.profile.terms().waits().toMillis());
        return world.chance.millis(waits, 2 * waits);
    }
}
