package adfer.mesh;

import adfer.kernel.Entity;
import adfer.kernel.Key;
import adfer.kernel.Kind;
import adfer.kernel.NodeId;
import adfer.kernel.SecretRef;
import adfer.kernel.SiteId;

import java.util.List;

/**
 * What a node that carries out tasks can't read of the secrets that runbooks refer to: the
 * references, never a value.
 *
 * @param secrets in their order
 */
public record Lacking(NodeId node, SiteId site, List<SecretRef> secrets) implements Entity {
    public Lacking {
        secrets = List.copyOf(secrets);
    }

    @Override
    public Key key() {
        return key(node);
    }

    public static Key key(NodeId node) {
        return new Key(Kind.LACKING, node.value());
    }
}
