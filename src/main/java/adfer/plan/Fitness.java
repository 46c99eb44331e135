package adfer.plan;

import adfer.inventory.At;
import adfer.kernel.Spans;
import adfer.mesh.SiteVerdict.Status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Finds what speaks against the sites of a plan as they are now. */
final class Fitness {
    private Fitness() {}

    static void source(
            Planner.Request request, SiteView source, boolean reachable, Remarks remarks) {
        if (request.sourceLost()) {
            return;
        }
        String site = "Site " + source.id();
        switch (request.operation()) {
            case MIGRATION -> {
                if (!reachable) {
                    remarks.refuse(
                            "source-not-reachable",
                            site
                                    + " can't be reached, so nothing can be stopped there in order:"
                                    + " "
                                    + source.reason()
                                    + " If it is lost, plan a failover.");
                } else {
                    warnIfDegraded(source, remarks);
                }
            }
            case RESTART -> {}
            case FAILOVER -> {
                if (reachable) {
                    remarks.warn(
                            "source-reachable",
                            site
                                    + " can be reached; a planned migration needs no attestation"
                                    + " and loses nothing.");
                } else if (source.status() == Status.UNDECIDED) {
                    remarks.warn(
                            "verdict-undecided",
                            "Nobody can say how site " + source.id() + " is: " + source.reason());
                }
            }
        }
    }

    static void target(Planner.Request request, SiteView target, Remarks remarks) {
        switch (target.status()) {
            case HEALTHY -> {}
            case DEGRADED -> {
                if (target.reachable()) {
                    warnIfDegraded(target, remarks);
                } else {
                    refuseTarget(target, remarks);
                }
            }
            case UNREACHABLE -> refuseTarget(target, remarks);
            case UNDECIDED -> {
                if (request.operation() != Operation.FAILOVER) {
                    refuseTarget(target, remarks);
                } else {
                    remarks.warn(
                            "verdict-undecided",
                            "Nobody can say how site " + target.id() + " is: " + target.reason());
                }
            }
        }
    }

    private static void refuseTarget(SiteView target, Remarks remarks) {
        remarks.refuse(
                "target-not-reachable",
                "Nothing can be started at site " + target.id() + ": " + target.reason());
    }

    private static void warnIfDegraded(SiteView site, Remarks remarks) {
        if (site.status() == Status.DEGRADED) {
            remarks.warn("site-degraded", "Site " + site.id() + " is degraded: " + site.reason());
        }
    }

    static void inventory(SiteView site, Planner.Policy policy, Instant now, Remarks remarks) {
        Optional<At.Sweep> sweep = site.sweep();
        if (sweep.isEmpty()) {
            remarks.refuse(
                    "no-inventory",
                    "The inventory of site " + site.id() + " has never been listed.");
            return;
        }
        Duration age = Duration.between(sweep.get().at(), now);
        if (age.compareTo(policy.staleAfter()) > 0) {
            remarks.warn(
                    "inventory-old",
                    "What is known of site "
                            + site.id()
                            + " was last listed "
                            + Spans.format(age)
                            + " ago.");
        }
        if (!sweep.get().problem().isEmpty()) {
            remarks.warn(
                    "inventory-incomplete",
                    "The last listing of site "
                            + site.id()
                            + " was incomplete: "
                            + sweep.get().problem());
        }
    }
}
