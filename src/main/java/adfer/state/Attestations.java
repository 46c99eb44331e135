package adfer.state;

import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.run.Proof;

import java.util.Optional;

/** What becomes of the words of people: they are said, confirmed, taken back, and belied. */
final class Attestations {
    private final Draft draft;
    private final Runs runs;

    Attestations(Draft draft, Runs runs) {
        this.draft = draft;
        this.runs = runs;
    }

    Optional<Problem> attest(Command.Attest attest) {
        SiteId site = attest.site();
        Result<Attestation> said =
                Attestation.said(
                        site,
                        draft.entry.actor(),
                        attest.words(),
                        draft.at(),
                        draft.index,
                        attest.terms());
        if (!said.accepted()) {
            return take(said);
        }
        Optional<Problem> late = late(attest);
        if (late.isPresent()) {
            return late;
        }
        Optional<Attestation> known =
                draft.state()
                        .attestation(site)
                        .filter(old ->
                                switch (old.standing(draft.at())) {
                                    case WAITS -> !old.by().equals(draft.entry.actor());
                                    case PROVES -> true;
                                    case EXPIRED, VOID -> false;
                                });
        if (known.isPresent()) {
            return Optional.of(new Problem("attested-already", known.get().sentence(draft.at())));
        }
        return take(said);
    }

    /** A word may come late; what the site has done in the meantime counts more. */
    private Optional<Problem> late(Command.Attest attest) {
        return draft.state()
                .leases()
                .filter(lease -> lease.site().equals(attest.site()))
                .filter(lease -> lease.renewal() > attest.asOf())
                .findFirst()
                .map(lease ->
                        new Problem(
                                "site-lives",
                                "Site "
                                        + attest.site()
                                        + " claimed its leases at index "
                                        + lease.renewal()
                                        + ", after what you looked at. Make sure again."));
    }

    /** Who founds a generation has answered for the sites that are lost, on more than a form. */
    void founded(SiteId site, Founding founding, AttestationTerms terms) {
        Attestation attestation =
                new Attestation(
                        site,
                        founding.by().getFirst().by(),
                        founding.words(),
                        draft.at(),
                        draft.index,
                        terms,
                        Optional.of(
                                new Attestation.Confirmation(
                                        founding.by().getLast().by(), draft.at())),
                        Optional.empty());
        draft.put(attestation);
        attestation.proof(draft.at()).ifPresent(proof -> runs.proven(site, proof));
    }

    Optional<Problem> confirm(Command.ConfirmAttestation confirm) {
        Optional<Attestation> known = draft.state().attestation(confirm.site());
        if (known.isEmpty()) {
            return Optional.of(Attestation.none(confirm.site()));
        }
        if (known.get().index() != confirm.asked()) {
            return Optional.of(
                    new Problem(
                            "attested-anew",
                            "What was shown is not what is said now. "
                                    + known.get().sentence(draft.at())));
        }
        return take(known.get().confirmed(draft.entry.actor(), draft.at()));
    }

    private Optional<Problem> take(Result<Attestation> said) {
        return switch (said) {
            case Result.Ok<Attestation>(var attestation) -> {
                draft.put(attestation);
                attestation
                        .proof(draft.at())
                        .ifPresent(proof -> runs.proven(attestation.site(), proof));
                yield Optional.empty();
            }
            case Result.Refused<Attestation>(var problems) -> Optional.of(problems.getFirst());
        };
    }

    Optional<Problem> withdraw(SiteId site) {
        Optional<Attestation> known =
                draft.state().attestation(site).filter(said -> said.end().isEmpty());
        if (known.isEmpty()) {
            return Optional.of(Attestation.none(site));
        }
        String why = draft.entry.actor().name() + " took it back.";
        end(known.get(), why);
        return Optional.empty();
    }

    /** A site that shows that it lives belies whoever said that it is off. */
    void lives(SiteId site) {
        draft.state()
                .attestation(site)
                .filter(said -> said.end().isEmpty())
                .ifPresent(said ->
                        end(
                                said,
                                "site "
                                        + site
                                        + " claimed its leases at index "
                                        + draft.index
                                        + ", so a node of it lives; stop that, if its VMs are off"
                                        + " all the same."));
    }

    /** VMs are seen to run at a site that people say is off. */
    Optional<Problem> contradict(Command.TellRunning told) {
        Optional<Attestation> known =
                draft.state().attestation(told.site()).filter(said -> said.holds(draft.at()));
        if (known.isEmpty()) {
            return Optional.of(Attestation.none(told.site()));
        }
        end(
                known.get(),
                "node "
                        + told.node()
                        + " tells that "
                        + (told.vms() == 1 ? "a VM" : told.vms() + " VMs")
                        + " of protection groups "
                        + (told.vms() == 1 ? "runs" : "run")
                        + " there; see that nothing runs, then attest it anew.");
        return Optional.empty();
    }

    void endAll(String why) {
        draft.state()
                .attestations()
                .filter(said -> said.end().isEmpty())
                .toList()
                .forEach(said -> end(said, why));
    }

    private void end(Attestation said, String why) {
        draft.put(said.ended(why));
        runs.disproven(said.site(), Proof.Attested.class, why);
    }
}
