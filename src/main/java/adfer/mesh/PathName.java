package adfer.mesh;

import adfer.kernel.Id;

/**
 * The name of one way between nodes, such as {@code fibre} or {@code vpn}. Two nodes have a link
 * over each path that both of them have.
 */
public record PathName(String value) implements Id {
    public PathName {
        Id.check("path name", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
