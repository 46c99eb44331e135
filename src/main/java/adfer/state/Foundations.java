package adfer.state;

import adfer.kernel.Problem;
import adfer.kernel.SiteId;
import adfer.mesh.SiteVerdict;

import java.util.List;
import java.util.Optional;

/**
 * What holds from the first entry of a generation on. What the generation before went on to do is
 * not known, so no lease, fence or word of it proves anything any more; the word of those who
 * founded this one does, as any attestation.
 */
final class Foundations {
    private static final String OVER =
            "a new generation of the cluster has begun, which doesn't know what the site has done"
                    + " since.";

    private final Draft draft;
    private final Tenures tenures;
    private final Runs runs;
    private final Attestations attestations;
    private final Fencings fencings;

    Foundations(
            Draft draft, Tenures tenures, Runs runs, Attestations attestations, Fencings fencings) {
        this.draft = draft;
        this.tenures = tenures;
        this.runs = runs;
        this.attestations = attestations;
        this.fencings = fencings;
    }

    Optional<Problem> begin(Command.FoundGeneration found) {
        return refusal(found)
                .or(() -> {
                    Founding founding =
                            new Founding(
                                    found.generation(),
                                    draft.at(),
                                    found.by(),
                                    found.lost(),
                                    found.generation().floor());
                    draft.put(founding);
                    runs.disproveAll(OVER);
                    tenures.voidAll();
                    attestations.endAll(OVER);
                    fencings.endAll(OVER);
                    found.lost()
                            .forEach(site -> {
                                condemn(site, found);
                                attestations.founded(site, founding, found.terms());
                            });
                    return Optional.empty();
                });
    }

    private Optional<Problem> refusal(Command.FoundGeneration found) {
        if (found.generation().number() != draft.state().generation().number() + 1
                || found.generation().fork() + 1 != draft.index) {
            return problem(
                    "not-the-next-generation",
                    "The cluster is in "
                            + draft.state().generation()
                            + " at index "
                            + draft.index
                            + ", so "
                            + found.generation()
                            + " can't begin here.");
        }
        List<Founding.Consent> by = found.by();
        if (by.size() < Founding.PEOPLE || !by.getFirst().isAnother(by.getLast().by())) {
            return problem(
                    "two-people-needed",
                    "It takes two different people to found a generation, each in their own"
                            + " words.");
        }
        return Optional.empty();
    }

    private void condemn(SiteId site, Command.FoundGeneration found) {
        draft.put(
                new SiteVerdict(
                        site,
                        SiteVerdict.Status.UNREACHABLE,
                        SiteVerdict.Diagnosis.SITE_DEAD,
                        "At the takeover "
                                + found.by().getFirst().by().name()
                                + " and "
                                + found.by().getLast().by().name()
                                + " attested that it is off; no node of it takes part again yet.",
                        draft.at()));
    }

    /**
     * A node of the site has announced itself, which only a member of this generation can. What was
     * listed of it before is what an earlier generation knew: it has to be listed anew.
     */
    void returned(SiteId site) {
        draft.state()
                .founding()
                .filter(founding -> founding.lost().contains(site))
                .ifPresent(founding -> {
                    draft.put(founding.returned(site));
                    draft.state().sweep(site).ifPresent(sweep -> draft.remove(sweep.key()));
                });
    }

    /**
     * A node has rejoined that had tenures of its own, perhaps in a generation founded beside this
     * one. Its guards refuse whatever comes before those, so each further tenure comes after.
     */
    Optional<Problem> rejoined(Command.TellRejoin told) {
        draft.state()
                .founding()
                .filter(founding -> founding.floor().before(told.latest()))
                .ifPresent(founding -> {
                    draft.put(founding.above(told.latest()));
                    draft.state()
                            .groups()
                            .filter(group -> group.owner().equals(told.site()))
                            .filter(group -> group.epoch().before(told.latest()))
                            .toList()
                            .forEach(group -> tenures.own(group, group.owner()));
                });
        return Optional.empty();
    }

    private static Optional<Problem> problem(String code, String sentence) {
        return Optional.of(new Problem(code, sentence));
    }
}
