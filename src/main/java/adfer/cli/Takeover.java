package adfer.cli;

import adfer.api.SuccessionResource.Begun;
import adfer.api.SuccessionResource.Word;
import adfer.cli.Terminal.Tone;
import adfer.service.TakeoverView;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code adfer takeover}. */
@Command(
        name = "takeover",
        description = {
            "When the majority of the cluster is gone for good: shows what is true at this node,"
                + " and what going on without the others would mean. Changes nothing by itself.",
            "It takes two people. One says with --words how he or she made sure that what is"
                    + " missing is off, or stays cut off; within 10 minutes another one confirms it"
                    + " with --confirm and words of his or her own. Then this node founds a new"
                    + " generation of the cluster."
        },
        footer = {
            "",
            "Name the surviving node: --url http://b1:8101",
            "",
            "Examples: adfer takeover",
            "          adfer takeover --words \"Fire brigade cut the power of hall A at 14:05\"",
            "          adfer takeover --confirm --words \"I see hall A from here: it is dark\""
        })
public final class Takeover implements Callable<Integer> {
    @Mixin Common common = new Common();

    @Option(
            names = "--words",
            paramLabel = "WORDS",
            description = "How you made sure that what is missing is off; recorded.")
    Optional<String> words = Optional.empty();

    @Option(names = "--confirm", description = "Confirms what another person has asked for.")
    boolean confirm;

    @Mixin Phrase phrase = new Phrase();

    @Override
    public Integer call() {
        Client client = common.here();
        Terminal terminal = Terminal.standard();
        TakeoverView view = client.get("/api/v1/takeover", TakeoverView.class);
        boolean looksOnly = words.isEmpty() && !confirm;
        if (common.json()) {
            if (looksOnly) {
                terminal.line(Client.pretty(view));
                return ExitCode.DONE;
            }
        } else {
            show(terminal, view);
        }
        if (view.hindrance().isPresent() && !looksOnly) {
            throw new CliException(ExitCode.REFUSED, view.hindrance().get());
        }
        if (!looksOnly) {
            speak(client, terminal, view);
        }
        return view.hindrance().isPresent() ? ExitCode.REFUSED : ExitCode.DONE;
    }

    private void speak(Client client, Terminal terminal, TakeoverView view) {
        if (confirm && view.pending().isEmpty()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    "Nobody has asked for a takeover at node "
                            + view.node()
                            + ". The first person gives --words without --confirm.");
        }
        Word word =
                new Word(
                        Optional.of(
                                words.orElseGet(() ->
                                        terminal.ask(
                                                "How did you make sure yourself? ",
                                                "Give --words."))),
                        Optional.of(phrase.or(terminal, "Type \"" + view.confirmation() + "\": ")));
        if (confirm) {
            Begun begun = client.post("/api/v1/takeover/confirmation", word, Begun.class);
            NextLife.await(client, terminal, begun.generation(), common.json());
        } else {
            TakeoverView asked = client.post("/api/v1/takeover", word, TakeoverView.class);
            if (common.json()) {
                terminal.line(Client.pretty(asked));
            } else {
                asked.pending().ifPresent(pending -> show(terminal, pending));
            }
        }
    }

    private static void show(Terminal terminal, TakeoverView view) {
        terminal.line(
                terminal.in(
                        Tone.STRONG,
                        "Takeover at node " + view.node() + " of site " + view.site()));
        terminal.line(
                "Its picture goes to index "
                        + view.applied()
                        + " and is "
                        + Terminal.duration(rounded(view.pictureAge()))
                        + " old. "
                        + (view.last() > view.applied()
                                ? "Its log goes to index "
                                        + view.last()
                                        + "; what that has beyond the picture counts as well."
                                : "Its log has nothing beyond that."));
        if (!view.leaderless().isZero()) {
            terminal.line(
                    "Nobody has led for " + Terminal.duration(rounded(view.leaderless())) + ".");
        }
        terminal.title("The other nodes");
        members(terminal, view.members());
        if (!view.groups().isEmpty()) {
            terminal.title("Who owns what");
            groups(terminal, view.groups());
        }
        terminal.line("");
        if (view.hindrance().isPresent()) {
            terminal.line(terminal.in(Tone.WARN, "x " + view.hindrance().get()));
            return;
        }
        warn(terminal, view.risk());
        warn(
                terminal,
                view.lost().isEmpty()
                        ? "The nodes that are not heard are declared off."
                        : "Declared off, or cut off until quarantined: "
                                + String.join(
                                        ", ",
                                        view.lost().stream().map(site -> "site " + site).toList())
                                + ". If that is not so, services may run in both sites and damage"
                                + " their data.");
        warn(
                terminal,
                "There is no way back: what returns joins this cluster, and what it wrote in"
                        + " between is shown, not merged.");
        if (view.pending().isPresent()) {
            show(terminal, view.pending().get());
        } else {
            terminal.line(
                    "It takes two people. The first: adfer takeover --words \"how you made sure\"");
        }
    }

    private static void warn(Terminal terminal, String sentence) {
        terminal.line(terminal.in(Tone.WARN, "! " + sentence));
    }

    private static void show(Terminal terminal, TakeoverView.Pending pending) {
        terminal.line(
                pending.by().by().name()
                        + " asks for it: \""
                        + pending.by().words()
                        + "\". A second person confirms it within "
                        + Terminal.duration(rounded(pending.left()))
                        + ": adfer takeover --confirm --words \"how you made sure\"");
    }

    private static void members(Terminal terminal, List<TakeoverView.Member> members) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODE", "SITE", "HEARD"));
        for (TakeoverView.Member member : members) {
            rows.add(
                    List.of(
                            member.node().value(),
                            member.site().value(),
                            member.heard()
                                    ? "yes"
                                    : member.lastHeard()
                                            .map(ago ->
                                                    "no, last "
                                                            + Terminal.duration(rounded(ago))
                                                            + " ago")
                                            .orElse("no, not since this node has started")));
        }
        terminal.table(rows);
    }

    private static void groups(Terminal terminal, List<TakeoverView.GroupLine> groups) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SERVICE", "TITLE", "OWNER", ""));
        for (TakeoverView.GroupLine group : groups) {
            rows.add(
                    List.of(
                            group.id().value(),
                            group.title(),
                            "site " + group.owner(),
                            group.lost() ? "lost: fail it over afterwards" : ""));
        }
        terminal.table(rows);
    }

    private static Duration rounded(Duration duration) {
        return Duration.ofSeconds(duration.toSeconds());
    }
}
