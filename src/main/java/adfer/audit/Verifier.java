package adfer.audit;

import adfer.audit.Verdict.Finding;
import adfer.audit.Verdict.KeyUse;
import adfer.kernel.Canonical;
import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;
import adfer.state.AuditEntry;
import adfer.state.Seal;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Proves an exported trail from its lines alone, one after the other. It recomputes each entry's
 * hash, follows the chain, counts the numbers, and checks what the nodes have signed; whatever is
 * wrong it names and goes on.
 */
public final class Verifier {
    /** Beyond that findings are only counted. */
    public static final int MOST_FINDINGS = 100;

    private final Trust trust;
    private final MessageDigest digest = Canonical.sha256();
    private final Map<Long, String> hashes = new LinkedHashMap<>();
    private final TreeMap<NodeId, Long> proven = new TreeMap<>();
    private final Map<NodeId, String> latestKeys = new TreeMap<>();
    private final List<KeyUse> keys = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private long more;
    private long lines;
    private long entries;
    private Line.@Nullable Head head;
    private Line.@Nullable End end;
    private @Nullable AuditEntry first;
    private @Nullable AuditEntry latest;

    public Verifier(Trust trust) {
        this.trust = trust;
    }

    /**
     * Takes the next line.
     *
     * @param bytes the line as it stands in the file, its line break included
     * @param read what it says; empty when it says nothing that can be read
     */
    public void next(byte[] bytes, Optional<Line> read) {
        lines++;
        if (end != null) {
            find(0, "Line " + lines + " stands after the end that the exporting node has signed.");
            return;
        }
        if (read.isEmpty()) {
            find(0, "Line " + lines + " can't be read: it was changed, or is no line of a trail.");
        }
        if (lines == 1 && !(read.orElse(null) instanceof Line.Head)) {
            find(0, "The file does not begin with the head of an exported trail.");
        }
        read.ifPresent(this::take);
        if (end == null) {
            digest.update(bytes);
        }
    }

    private void take(Line line) {
        switch (line) {
            case Line.Head given -> begin(given);
            case Line.Item(AuditEntry entry) -> entry(entry);
            case Line.End given -> end(given);
        }
    }

    private void begin(Line.Head given) {
        if (head != null || lines > 1) {
            find(0, "Line " + lines + " is a head in the midst of the trail.");
            return;
        }
        head = given;
        if (given.format() != Line.FORMAT) {
            find(
                    0,
                    "The file is of format "
                            + given.format()
                            + ", which this version can't check.");
        }
    }

    private boolean unbroken() {
        return head == null || head.search().unbroken();
    }

    private void entry(AuditEntry entry) {
        entries++;
        long number = entry.number();
        if (!entry.intact()) {
            find(number, "was changed: its content does not have the hash it bears.");
        }
        AuditEntry before = latest;
        if (before == null) {
            first(entry);
        } else if (number <= before.number()) {
            find(
                    number,
                    "stands after entry "
                            + before.number()
                            + ": it was moved, repeated or inserted.");
        } else if (number > before.number() + 1 && unbroken()) {
            missing(before.number() + 1, number - 1);
        }
        String previous = hashes.get(number - 1);
        if (previous != null && !previous.equals(entry.previous())) {
            find(
                    number,
                    "does not follow from entry "
                            + (number - 1)
                            + " as it stands here: one of the two was changed or replaced.");
        }
        hashes.putIfAbsent(number, entry.hash());
        if (before == null || number > before.number()) {
            latest = entry;
        }
        if (entry.accepted()) {
            entry.seal().ifPresent(seal -> seal(entry, seal));
        }
    }

    private void first(AuditEntry entry) {
        first = entry;
        boolean genesis = entry.previous().equals(AuditEntry.GENESIS);
        if (genesis != (entry.number() == 1)) {
            find(entry.number(), "is not the beginning of the trail, or not as it was.");
        }
        if (head != null && entry.number() > head.first()) {
            missing(head.first(), entry.number() - 1);
        } else if (head != null && entry.number() < head.first()) {
            find(entry.number(), "stands before the first one, entry " + head.first() + ".");
        }
    }

    private void missing(long from, long to) {
        find(
                from,
                from == to || !unbroken()
                        ? "is missing."
                        : "and all up to entry " + to + " are missing.");
    }

    private void seal(AuditEntry entry, Seal seal) {
        long number = entry.number();
        used(seal.node(), seal.key(), false);
        String known = hashes.get(seal.number());
        if (!seal.genuine()) {
            find(number, "bears a signature of node " + seal.node() + " that does not verify.");
        } else if (!trust.allows(seal.node(), seal.key())) {
            find(number, untrusted(seal.node(), seal.key()));
        } else if (seal.number() >= number) {
            find(number, "signs what comes after it.");
        } else if (known != null && !known.equals(seal.head())) {
            find(
                    seal.number(),
                    "is not the one that node "
                            + seal.node()
                            + " signed (in entry "
                            + number
                            + "): it, or one before it, was changed, inserted or removed.");
        } else if (known != null) {
            proven.merge(seal.node(), seal.number(), Math::max);
        }
        latestKeys.put(seal.node(), seal.key());
    }

    private static String untrusted(NodeId node, String key) {
        return "is signed in the name of node "
                + node
                + " with key "
                + Ed25519.fingerprint(key)
                + ", which is none of the keys that you trust.";
    }

    private void used(NodeId node, String key, boolean export) {
        KeyUse use = new KeyUse(node, key, export);
        if (!keys.contains(use)) {
            keys.add(use);
        }
    }

    private void end(Line.End given) {
        end = given;
        AuditEntry last = latest;
        used(given.node(), given.key(), true);
        boolean fits =
                given.entries() == entries
                        && given.last() == (last == null ? 0 : last.number())
                        && given.head().equals(last == null ? AuditEntry.GENESIS : last.hash());
        String other = latestKeys.get(given.node());
        if (!fits) {
            find(
                    0,
                    "The end of the file names "
                            + given.entries()
                            + " entries up to entry "
                            + given.last()
                            + " and its hash, which is not what the file holds.");
        }
        if (!given.genuine()) {
            find(0, "The signature of node " + given.node() + " under the file does not verify.");
        } else if (!trust.allows(given.node(), given.key())) {
            find(0, "The file " + untrusted(given.node(), given.key()));
        } else if (other != null && !other.equals(given.key())) {
            find(
                    0,
                    "The file is signed in the name of node "
                            + given.node()
                            + " with another key than that node used in the trail.");
        } else if (head != null && !head.node().equals(given.node())) {
            find(0, "Head and end name different nodes.");
        }
    }

    private void find(long number, String sentence) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(
                    new Finding(
                            number, number == 0 ? sentence : "Entry " + number + " " + sentence));
        } else {
            more++;
        }
    }

    /** What has come of it, once all lines were taken. */
    public Verdict verdict() {
        String real = HexFormat.of().formatHex(digest.digest());
        long last = latest == null ? 0 : latest.number();
        if (head != null && last < head.last()) {
            missing(unbroken() ? last + 1 : head.last(), head.last());
        }
        if (end == null) {
            find(0, "The file was cut off after entry " + last + ": its end is missing.");
        } else if (findings.isEmpty() && !real.equals(end.digest())) {
            find(
                    0,
                    "The file is not the one that node "
                            + end.node()
                            + " exported, although no entry it holds was changed.");
        }
        return new Verdict(
                entries,
                first == null ? 0 : first.number(),
                last,
                unbroken(),
                proven,
                keys,
                findings,
                more);
    }
}
