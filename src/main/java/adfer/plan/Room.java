package adfer.plan;

import adfer.kernel.HostId;

/** What is left of a host while VMs are given places. */
final class Room {
    private final HostId host;
    private final int vcpus;
    private final long memoryMib;
    private long usedVcpus;
    private long usedMemoryMib;

    Room(HostId host, int vcpus, long memoryMib) {
        this.host = host;
        this.vcpus = vcpus;
        this.memoryMib = memoryMib;
    }

    Room copy() {
        Room copy = new Room(host, vcpus, memoryMib);
        copy.take(usedVcpus, usedMemoryMib);
        return copy;
    }

    HostId host() {
        return host;
    }

    void take(long moreVcpus, long moreMemoryMib) {
        usedVcpus += moreVcpus;
        usedMemoryMib += moreMemoryMib;
    }

    /** May be negative, when more runs there than should. */
    long freeVcpus() {
        return vcpus - usedVcpus;
    }

    long freeMemoryMib() {
        return memoryMib - usedMemoryMib;
    }

    boolean fits(int moreVcpus, long moreMemoryMib) {
        return moreVcpus <= freeVcpus() && moreMemoryMib <= freeMemoryMib();
    }

    /** How full the host would be, by what is scarcer; 1 is full. */
    double fullnessWith(int moreVcpus, long moreMemoryMib) {
        return Math.max(
                (double) (usedVcpus + moreVcpus) / Math.max(1, vcpus),
                (double) (usedMemoryMib + moreMemoryMib) / Math.max(1, memoryMib));
    }
}
