package adfer.audit;

import adfer.kernel.Ed25519;
import adfer.kernel.NodeId;

import java.util.ArrayList;
import java.util.List;

/**
 * Which keys an auditor knows to be the nodes' own, because they were written down beforehand; none
 * where nothing was.
 */
public record Trust(List<Pinned> keys) {
    public static final Trust NOBODY = new Trust(List.of());

    /** One node's key; a node may have had several. */
    public record Pinned(NodeId node, String key) {}

    public Trust {
        keys = List.copyOf(keys);
    }

    /** Whether nothing speaks against this key; anything goes where nothing was written down. */
    boolean allows(NodeId node, String key) {
        return keys.isEmpty() || keys.contains(new Pinned(node, key));
    }

    /**
     * Reads a node and its key from each line; what follows them, empty lines and those that begin
     * with {@code #} are left out.
     *
     * @throws IllegalArgumentException with one sentence when a line is something else
     */
    public static Trust read(List<String> lines) {
        List<Pinned> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("\\s+", 3);
            if (words.length < 2 || !Ed25519.key(words[1])) {
                throw new IllegalArgumentException(
                        "Line "
                                + (i + 1)
                                + " of the keys is not a node and its key, such as ./adfer audit"
                                + " keys prints them.");
            }
            keys.add(new Pinned(new NodeId(words[0]), words[1]));
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("There is no key in the file of keys.");
        }
        return new Trust(keys);
    }
}
