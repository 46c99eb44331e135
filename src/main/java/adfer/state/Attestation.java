package adfer.state;

import adfer.kernel.Actor;
import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.SiteId;
import adfer.run.Proof;

import java.time.Instant;
import java.util.Optional;

/**
 * The word of people that a site is off: one says how he or she made sure of it, a second one
 * confirms it. It bounds in time how long a word counts, by the log's times, which are made of wall
 * clocks; that it is void as soon as the site shows that it lives needs no clock.
 *
 * @param words how the first person made sure
 * @param at when the first person said so
 * @param index the log index at which it was said
 * @param end why it doesn't count any more, in a sentence
 */
public record Attestation(
        SiteId site,
        Actor by,
        String words,
        Instant at,
        long index,
        AttestationTerms terms,
        Optional<Confirmation> confirmation,
        Optional<String> end)
        implements Entity {
    /** The longest words. */
    public static final int MAX_WORDS = 2_000;

    public Attestation {
        if (words.isBlank() || words.length() > MAX_WORDS) {
            throw new IllegalArgumentException(
                    "an attestation needs words, at most " + MAX_WORDS + " characters");
        }
    }

    /** The second person, and when. */
    public record Confirmation(Actor by, Instant at) {}

    /** What it is worth. */
    public enum Standing {
        /** A second person has to confirm it. */
        WAITS,
        /** It proves that the site is off. */
        PROVES,
        /** It was not confirmed in time, or it is long ago. */
        EXPIRED,
        /** The site lives, or it was taken back. */
        VOID
    }

    /** What a person says first. */
    public static Result<Attestation> said(
            SiteId site, Actor by, String words, Instant at, long index, AttestationTerms terms) {
        if (words.isBlank()) {
            return Result.refused(
                    "no-words", "Say how you made sure that site " + site + " is off.");
        }
        if (words.length() > MAX_WORDS) {
            return Result.refused(
                    "too-many-words", "Say it in at most " + MAX_WORDS + " characters.");
        }
        return Result.ok(
                new Attestation(
                        site,
                        by,
                        words.strip(),
                        at,
                        index,
                        terms,
                        Optional.empty(),
                        Optional.empty()));
    }

    /** With the second person's word, unless it is the first one's again or too late. */
    public Result<Attestation> confirmed(Actor second, Instant when) {
        Standing standing = standing(when);
        if (standing != Standing.WAITS) {
            return Result.refused(
                    "nothing-to-confirm",
                    standing == Standing.PROVES
                            ? "That site " + site + " is off is attested already."
                            : "What "
                                    + by.name()
                                    + " said of site "
                                    + site
                                    + " doesn't count any"
                                    + " more. Attest it anew.");
        }
        if (by.samePerson(second)) {
            return Result.refused(
                    "same-person",
                    "A second person has to confirm it: " + by.name() + " attested it.");
        }
        return Result.ok(
                new Attestation(
                        site,
                        by,
                        words,
                        at,
                        index,
                        terms,
                        Optional.of(new Confirmation(second, when)),
                        end));
    }

    public Attestation ended(String why) {
        return new Attestation(site, by, words, at, index, terms, confirmation, Optional.of(why));
    }

    public Standing standing(Instant now) {
        if (end.isPresent()) {
            return Standing.VOID;
        }
        boolean complete = terms.people() == 1 || confirmation.isPresent();
        if (!complete) {
            return now.isAfter(at.plus(terms.confirmWithin())) ? Standing.EXPIRED : Standing.WAITS;
        }
        return now.isAfter(until()) ? Standing.EXPIRED : Standing.PROVES;
    }

    /** Whether it is worth something yet, now or with a second person's word. */
    public boolean holds(Instant now) {
        return switch (standing(now)) {
            case WAITS, PROVES -> true;
            case EXPIRED, VOID -> false;
        };
    }

    /** Until when it waits or proves. */
    public Instant until() {
        boolean waits = terms.people() > 1 && confirmation.isEmpty();
        return waits
                ? at.plus(terms.confirmWithin())
                : confirmation.map(Confirmation::at).orElse(at).plus(terms.provesFor());
    }

    /** What a run stands on, if it is worth it now. */
    public Optional<Proof> proof(Instant now) {
        return standing(now) == Standing.PROVES
                ? Optional.of(
                        new Proof.Attested(
                                site,
                                by.name(),
                                words,
                                confirmation.map(second -> second.by().name()),
                                confirmation.map(Confirmation::at).orElse(at),
                                index))
                : Optional.empty();
    }

    /** How it stands, in one sentence. */
    public String sentence(Instant now) {
        String said = by.name() + " attested that site " + site + " is off: \"" + words + "\"";
        return switch (standing(now)) {
            case WAITS ->
                    said
                            + ". A second person has to confirm it: adfer attest "
                            + site
                            + " --confirm.";
            case PROVES -> proof(now).orElseThrow().sentence() + ".";
            case EXPIRED ->
                    said
                            + (terms.people() > 1 && confirmation.isEmpty()
                                    ? ", and nobody confirmed it in time."
                                    : ", which is too long ago to count.");
            case VOID -> said + ", which doesn't count any more: " + end.orElse("");
        };
    }

    @Override
    public Key key() {
        return key(site);
    }

    public static Key key(SiteId site) {
        return new Key(Kind.ATTESTATION, site.value());
    }

    static Problem none(SiteId site) {
        return new Problem("no-attestation", "Nobody has attested that site " + site + " is off.");
    }
}
