package adfer.adapter.mesh;

import adfer.kernel.NodeId;
import adfer.mesh.PathName;

/** A datagram to be sent. Its bytes are not changed any more. */
final class Outgoing {
    private final NodeId to;
    private final PathName path;
    private final byte[] bytes;

    Outgoing(NodeId to, PathName path, byte[] bytes) {
        this.to = to;
        this.path = path;
        this.bytes = bytes;
    }

    NodeId to() {
        return to;
    }

    PathName path() {
        return path;
    }

    byte[] bytes() {
        return bytes;
    }
}
