package adfer.audit;

import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;
import adfer.state.AuditEntry;

import java.time.Instant;

/**
 * One line of an exported trail: first its head, then the entries in their order, last its end,
 * which the exporting node signs. It holds all that is needed to prove it, since the nodes' keys
 * and signatures are in the entries.
 */
public sealed interface Line {
    /** The present format. */
    int FORMAT = 1;

    /**
     * What this file is.
     *
     * @param node the node that exported it
     * @param search what was asked for
     * @param first the number of the first entry, 0 when there is none
     * @param last the number of the last entry, 0 when there is none
     */
    record Head(int format, NodeId node, Instant at, Search search, long first, long last)
            implements Line {}

    record Item(AuditEntry entry) implements Line {}

    /**
     * The exporting node's word for all of the file.
     *
     * @param entries how many there are
     * @param last the number of the last one, 0 when there is none
     * @param head that one's hash
     * @param digest SHA-256 of the bytes of all lines before this one
     */
    record End(
            NodeId node,
            long entries,
            long last,
            String head,
            String digest,
            String key,
            String signature)
            implements Line {

        /** What is signed: plain text, so that any other program can check it too. */
        public static String statement(
                NodeId node, long entries, long last, String head, String digest) {
            return "adfer audit export 1\nnode "
                    + node
                    + "\nentries "
                    + entries
                    + "\nlast "
                    + last
                    + "\nhead "
                    + head
                    + "\ndigest "
                    + digest
                    + "\n";
        }

        boolean genuine() {
            return Ed25519.verifies(key, statement(node, entries, last, head, digest), signature);
        }
    }
}
