package adfer.adapter.libvirt;

import adfer.kernel.HostId;
import adfer.kernel.Sorted;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One libvirt daemon, which is one host of a site.
 *
 * @param uri as {@code virsh --connect} takes it, such as {@code qemu+tcp://10.77.1.1/system}
 * @param host what the host is called; its own host name where empty
 * @param callTimeout how long a call may take that is given no timeout of its own
 * @param connectTimeout how long an attempt to connect may take
 * @param retryAtMost the longest wait between two attempts to connect; the first is half a second
 * @param keepAliveSeconds how often the daemon is asked whether it is still there, 1 or more
 * @param keepAliveCount how many of these may stay unanswered before the connection is given up
 * @param threads how many calls may be under way at once
 * @param vcpusPerCpu how many vCPUs of running VMs each CPU of the host may carry
 * @param reservedMemoryMib memory of the host that VMs do not get, in mebibytes
 * @param sharedStores storage pools, or directories of disks outside of pools, that the other site
 *     sees with the same content under the same name
 * @param bridges of the host that VMs may be put on, besides libvirt's networks and those bridges
 *     that VMs are on already
 * @param labels by VM name, for VMs whose metadata has none; metadata prevails
 */
public record LibvirtConfig(
        String uri,
        Optional<HostId> host,
        Duration callTimeout,
        Duration connectTimeout,
        Duration retryAtMost,
        int keepAliveSeconds,
        int keepAliveCount,
        int threads,
        double vcpusPerCpu,
        long reservedMemoryMib,
        SortedSet<String> sharedStores,
        List<String> bridges,
        SortedMap<String, SortedMap<String, String>> labels) {
    public LibvirtConfig {
        sharedStores = Collections.unmodifiableSortedSet(new TreeSet<>(sharedStores));
        bridges = List.copyOf(bridges);
        labels = Sorted.copy(labels);
        if (uri.isBlank()) {
            throw new IllegalArgumentException(
                    "libvirt needs a URI, such as qemu:///system: see virsh uri");
        }
        if (!callTimeout.isPositive()
                || !connectTimeout.isPositive()
                || !retryAtMost.isPositive()) {
            throw new IllegalArgumentException("libvirt's timeouts must be greater than zero");
        }
        if (keepAliveSeconds < 1 || keepAliveCount < 1) {
            throw new IllegalArgumentException(
                    "libvirt's keep-alive needs an interval and a count of 1 or more");
        }
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("libvirt needs 1 to 64 threads, not " + threads);
        }
        if (!(vcpusPerCpu > 0) || reservedMemoryMib < 0) {
            throw new IllegalArgumentException(
                    "a host's vcpusPerCpu must be greater than 0, its reserved memory 0 or more");
        }
    }

    /** Everything but the URI as it usually suits. */
    public static LibvirtConfig usual(String uri) {
        return new LibvirtConfig(
                uri,
                Optional.empty(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                1,
                3,
                8,
                4,
                512,
                new TreeSet<>(),
                List.of(),
                Sorted.empty());
    }

    /** The same, with another longest wait between two attempts to connect. */
    public LibvirtConfig retryingAfter(Duration atMost) {
        return new LibvirtConfig(
                uri,
                host,
                callTimeout,
                connectTimeout,
                atMost,
                keepAliveSeconds,
                keepAliveCount,
                threads,
                vcpusPerCpu,
                reservedMemoryMib,
                sharedStores,
                bridges,
                labels);
    }
}
