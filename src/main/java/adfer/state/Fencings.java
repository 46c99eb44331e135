package adfer.state;

import adfer.kernel.HostId;
import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.mesh.NodeSession;
import adfer.run.Proof;
import adfer.run.TaskProgress.Executor;

import java.util.List;
import java.util.Optional;

/** What becomes of power fences: they are ordered, carried out, and belied. */
final class Fencings {
    private final Draft draft;
    private final Runs runs;

    Fencings(Draft draft, Runs runs) {
        this.draft = draft;
        this.runs = runs;
    }

    Optional<Problem> order(Command.OrderFence order) {
        Optional<Problem> refusal = refusal(order);
        if (refusal.isEmpty()) {
            order.hosts()
                    .forEach(host ->
                            draft.put(
                                    Fencing.ordered(
                                            order.site(),
                                            host,
                                            draft.index,
                                            draft.entry.actor(),
                                            draft.entry.reason(),
                                            order.executor(),
                                            tries(order.site(), host),
                                            draft.at())));
            disprove(order.site(), "it is being fenced anew.");
        }
        return refusal;
    }

    /** An order that only goes to another node is no further try. */
    private int tries(SiteId site, HostId host) {
        return draft.state()
                .fencing(site, host)
                .map(before ->
                        switch (before.standing()) {
                            case FAILED -> before.tries() + 1;
                            case UNDER_WAY -> before.tries();
                            case OFF, VOID -> 1;
                        })
                .orElse(1);
    }

    private Optional<Problem> refusal(Command.OrderFence order) {
        Executor executor = order.executor();
        Optional<NodeSession> session =
                draft.state()
                        .session(executor.node())
                        .filter(known -> known.incarnation() == executor.incarnation());
        if (session.isEmpty()) {
            return problem(
                    "no-such-node", "Node " + executor.node() + " has restarted or isn't known.");
        }
        if (session.get().site().equals(order.site())) {
            return problem(
                    "own-site",
                    "Node "
                            + executor.node()
                            + " is at site "
                            + order.site()
                            + " itself and must not fence it.");
        }
        List<HostId> known = session.get().fences().getOrDefault(order.site(), List.of());
        Optional<HostId> unknown =
                order.hosts().stream().filter(host -> !known.contains(host)).findFirst();
        if (unknown.isPresent() || order.hosts().isEmpty()) {
            return problem(
                    "no-fence",
                    "Node "
                            + executor.node()
                            + " has no power fence configured for "
                            + unknown.map(host -> "host " + host + " of ").orElse("any host of ")
                            + "site "
                            + order.site()
                            + ".");
        }
        return order.hosts().stream()
                .flatMap(host -> draft.state().fencing(order.site(), host).stream())
                .filter(fencing -> fencing.standing() == Fencing.Standing.UNDER_WAY)
                .filter(fencing -> fencing.executor().equals(executor))
                .findFirst()
                .map(fencing -> new Problem("fencing-under-way", fencing.sentence()));
    }

    Optional<Problem> finish(Command.FinishFence finish) {
        Optional<Fencing> ordered =
                draft.state()
                        .fencing(finish.site(), finish.host())
                        .filter(fencing -> fencing.order() == finish.order())
                        .filter(fencing -> fencing.standing() == Fencing.Standing.UNDER_WAY);
        if (ordered.isEmpty()) {
            return problem(
                    "stale-fence",
                    "The fencing of host "
                            + finish.host()
                            + " of site "
                            + finish.site()
                            + " has moved on.");
        }
        if (finish.off() && ordered.get().sign() > finish.asOf()) {
            return problem(
                    "site-lives",
                    "Site "
                            + finish.site()
                            + " claimed its leases at index "
                            + ordered.get().sign()
                            + ", after host "
                            + finish.host()
                            + " was seen off.");
        }
        draft.put(
                ordered.get()
                        .with(
                                new Fencing.Outcome(
                                        finish.off(),
                                        finish.agent(),
                                        finish.sentence(),
                                        draft.index,
                                        draft.at())));
        Proofs.powerFence(draft.state(), finish.site())
                .ifPresent(proof -> runs.proven(finish.site(), proof));
        return Optional.empty();
    }

    /** A site that shows that it lives belies that its hosts are off. */
    void lives(SiteId site) {
        List<Fencing> standing =
                draft.state()
                        .fencings(site)
                        .filter(fencing -> fencing.standing() != Fencing.Standing.VOID)
                        .toList();
        if (!standing.isEmpty()) {
            standing.forEach(fencing -> draft.put(fencing.belied(draft.index)));
            disprove(site, "the site claimed its leases at index " + draft.index + ".");
        }
    }

    void endAll(String why) {
        draft.state()
                .fencings()
                .filter(fencing -> fencing.end().isEmpty())
                .toList()
                .forEach(fencing -> draft.put(fencing.ended(why)));
    }

    private void disprove(SiteId site, String why) {
        runs.disproven(site, Proof.PowerFence.class, why);
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
