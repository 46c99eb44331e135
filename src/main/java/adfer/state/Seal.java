package adfer.state;

import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;

import java.util.List;

/**
 * A node's signature under the audit trail up to one entry. It bears the node's public key, so that
 * an exported trail can be checked by itself.
 *
 * @param number the last entry that it vouches for
 * @param head that entry's hash, which stands for all before it
 * @param key see {@link Ed25519}
 */
public record Seal(NodeId node, long number, String head, String key, String signature) {

    /** What is signed: plain text, so that any other program can check it too. */
    public static String statement(NodeId node, long number, String head) {
        return "adfer audit checkpoint 1\nnode "
                + node
                + "\nnumber "
                + number
                + "\nhead "
                + head
                + "\n";
    }

    /** Whether the owner of the key has signed just that. */
    public boolean genuine() {
        return Ed25519.verifies(key, statement(node, number, head), signature);
    }

    /** All of it on one line. */
    @Override
    public String toString() {
        return String.join(" ", node.value(), Long.toString(number), head, key, signature);
    }

    /** What {@link #toString} wrote. */
    public static Seal parse(String line) {
        List<String> parts = List.of(line.split(" ", 5));
        return new Seal(
                new NodeId(parts.get(0)),
                Long.parseLong(parts.get(1)),
                parts.get(2),
                parts.get(3),
                parts.get(4));
    }
}
