package adfer.cli;

import adfer.audit.Trust;
import adfer.audit.Verdict;
import adfer.audit.Verdict.KeyUse;
import adfer.cli.Terminal.Tone;
import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;

import java.util.List;

/** What was proven of an exported trail, in words that claim no more than that. */
final class VerdictWords {
    private final Terminal terminal;

    VerdictWords(Terminal terminal) {
        this.terminal = terminal;
    }

    void tell(Verdict verdict, Trust trust) {
        verdict.findings()
                .forEach(finding -> terminal.line(terminal.in(Tone.BAD, finding.sentence())));
        if (verdict.more() > 0) {
            terminal.line("There are " + verdict.more() + " more findings like these.");
        }
        if (verdict.whole()) {
            whole(verdict);
            signatures(verdict);
        } else {
            terminal.line("This trail is NOT proven: see above.");
        }
        keys(verdict, trust);
    }

    private void whole(Verdict verdict) {
        String which =
                verdict.entries() == 0
                        ? "no entries"
                        : verdict.entries()
                                + " entries from "
                                + verdict.first()
                                + " to "
                                + verdict.last();
        terminal.line(
                terminal.in(
                        Tone.GOOD,
                        verdict.unbroken()
                                ? "Whole: " + which + ", none changed, missing, moved or added."
                                : "Unchanged: a selection of " + which + "."));
        if (!verdict.unbroken()) {
            terminal.line(
                    "That it holds everything that was asked for can't be proven from a"
                            + " selection: for that stands only the node that exported it.");
        } else if (verdict.first() > 1) {
            terminal.line("What came before entry " + verdict.first() + " is not in the file.");
        }
    }

    private void signatures(Verdict verdict) {
        verdict.proven()
                .forEach((node, number) ->
                        terminal.line(
                                "Node " + node + " signed the trail up to entry " + number + "."));
        verdict.keys().stream()
                .filter(KeyUse::export)
                .forEach(use ->
                        terminal.line(
                                "Node "
                                        + use.node()
                                        + " signed the file. Nobody else vouches for what comes"
                                        + " after entry "
                                        + others(verdict, use.node())
                                        + ", nor for the trail going no further."));
    }

    private static long others(Verdict verdict, NodeId exporter) {
        return verdict.proven().entrySet().stream()
                .filter(by -> !by.getKey().equals(exporter))
                .mapToLong(by -> by.getValue())
                .max()
                .orElse(0);
    }

    private void keys(Verdict verdict, Trust trust) {
        terminal.title("Keys that signed");
        verdict.keys().stream()
                .map(use -> new Trust.Pinned(use.node(), use.key()))
                .distinct()
                .forEach(key ->
                        terminal.line(
                                key.node()
                                        + "  "
                                        + Ed25519.fingerprint(key.key())
                                        + (trust.keys().isEmpty()
                                                ? ""
                                                : trust.keys().contains(key)
                                                        ? "  trusted"
                                                        : terminal.in(Tone.BAD, "  NOT trusted"))));
        List<NodeId> silent =
                trust.keys().stream()
                        .map(Trust.Pinned::node)
                        .distinct()
                        .filter(node ->
                                verdict.keys().stream().noneMatch(use -> use.node().equals(node)))
                        .toList();
        silent.forEach(node -> terminal.line("Node " + node + " has signed nothing in this file."));
        if (trust.keys().isEmpty()) {
            terminal.line(
                    "Whether they are the nodes' own this file can't tell: compare them with what"
                            + " was written down before, or give --keys.");
        }
    }
}
