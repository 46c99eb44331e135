package adfer.audit;

import adfer.kernel.NodeId;

import java.util.List;
import java.util.SortedMap;

/**
 * What could be proven of an exported trail.
 *
 * @param unbroken whether the file claims to hold every entry from the first to the last; otherwise
 *     it is a selection, of which only the exporting node says that it is complete
 * @param proven up to which entry each node vouches for it by its signatures in the trail
 * @param keys the keys that signed, in the order of their first use
 * @param findings what is wrong; empty when nothing is
 * @param more how many findings there were beyond those
 */
public record Verdict(
        long entries,
        long first,
        long last,
        boolean unbroken,
        SortedMap<NodeId, Long> proven,
        List<KeyUse> keys,
        List<Finding> findings,
        long more) {
    /**
     * One thing that is wrong.
     *
     * @param number the entry's, 0 when it is about the file
     */
    public record Finding(long number, String sentence) {}

    /**
     * A key that signed something.
     *
     * @param export whether it signed the file's end
     */
    public record KeyUse(NodeId node, String key, boolean export) {}

    public Verdict {
        keys = List.copyOf(keys);
        findings = List.copyOf(findings);
    }

    public boolean whole() {
        return findings.isEmpty();
    }
}
