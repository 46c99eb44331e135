package adfer.adapter.simulated;

import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.Vm;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.Result;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.DeadMan;
import adfer.lease.LeaseTerms;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;
import adfer.port.Guards;
import adfer.port.HypervisorException;

import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The guards of a simulated site's hosts. They live and die with the site, which is this process; a
 * site that was away for longer than its leases finds its VMs off when it is opened again.
 */
public final class SimulatedGuard implements Guards {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedGuard.class);
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String FILE = "leases";
    private static final String LONGEST = "longest-stops";
    private static final int ARMED_TICKS = 10;

    private final LeaseTerms terms;
    private final SimulatedHypervisor site;
    private final SortedSet<HostId> hosts;
    private final Path directory;
    private final AtomicLong lastTicket = new AtomicLong(System.nanoTime());
    private final Thread loop;
    private volatile long looked = System.nanoTime();
    private final Map<VmId, Long> pursued = new HashMap<>();
    private final SortedMap<HostId, Duration> longest;
    private DeadMan switches;

    public SimulatedGuard(
            LeaseTerms terms, SimulatedHypervisor site, SortedSet<HostId> hosts, Path directory) {
        this.terms = terms;
        this.site = site;
        this.hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        this.directory = directory;
        this.longest = longestSoFar(directory);
        this.switches = DeadMan.holding(terms, kept(directory), TreePMap.empty());
        site.startOnlyUnder(this::allows);
        this.loop = Thread.ofPlatform().daemon().name("simulated-guard").start(this::run);
    }

    /** Leaves the VMs of a site off whose leases ran out while nobody ran it. */
    public static void beforeOpening(Path directory) {
        long now = System.nanoTime();
        if (kept(directory).values().stream().anyMatch(hold -> now - hold.until() >= 0)) {
            try {
                Files.writeString(directory.resolve(MachineRoom.POWER_CUT), "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The groups held before the last end of this process; over, if that was before a reboot. */
    private static TreePMap<GroupId, DeadMan.Hold> kept(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve(FILE));
            boolean sameBoot = lines.getFirst().equals(boot());
            TreePMap<GroupId, DeadMan.Hold> holds = TreePMap.empty();
            for (String line : lines.subList(1, lines.size())) {
                List<String> cells = List.of(line.split(" ", -1));
                List<VmId> vms = cells.subList(4, cells.size()).stream().map(VmId::new).toList();
                holds =
                        holds.plus(
                                new GroupId(cells.get(0)),
                                new DeadMan.Hold(
                                        new Epoch(Long.parseLong(cells.get(1))),
                                        WhenIsolated.valueOf(cells.get(2)),
                                        vms,
                                        sameBoot
                                                ? Long.parseLong(cells.get(3))
                                                : System.nanoTime()));
            }
            return holds;
        } catch (NoSuchFileException e) {
            return TreePMap.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String boot() {
        try {
            return Files.isReadable(BOOT) ? Files.readString(BOOT).strip() : "unknown";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Tickets ask(List<Claim> claims, Duration timeout) {
        long now = System.nanoTime();
        TreeMap<HostId, Long> tickets = new TreeMap<>();
        List<Stopped> stopped = List.of();
        if (now - looked < terms.tick().toNanos() * ARMED_TICKS) {
            long ticket = lastTicket.incrementAndGet();
            synchronized (this) {
                switches = switches.issued(ticket, now, claims);
                stopped = switches.stopped();
            }
            hosts.forEach(host -> tickets.put(host, ticket));
        }
        return new Tickets(tickets, stopped);
    }

    @Override
    public SortedMap<HostId, Set<GroupId>> confirm(
            Tickets tickets, List<Claim> claims, Duration timeout) {
        if (tickets.byHost().isEmpty()) {
            return Collections.emptySortedMap();
        }
        long ticket = tickets.byHost().values().iterator().next();
        synchronized (this) {
            return switch (switches.confirmed(ticket, claims)) {
                case Result.Ok<DeadMan.Taken>(var taken) -> {
                    switches = taken.next();
                    keep(claims);
                    Set<GroupId> groups =
                            claims.stream()
                                    .map(Claim::group)
                                    .filter(group -> !taken.refused().contains(group))
                                    .collect(Collectors.toSet());
                    SortedMap<HostId, Set<GroupId>> all = new TreeMap<>();
                    hosts.forEach(host -> all.put(host, groups));
                    yield all;
                }
                case Result.Refused<DeadMan.Taken> refused -> {
                    LOG.warn("A renewal was refused: {}", refused.problems());
                    yield Collections.emptySortedMap();
                }
            };
        }
    }

    /** Keeps what is held now; what moved away from here is not missed. */
    private void keep(List<Claim> claims) {
        List<String> lines = new ArrayList<>(List.of(boot()));
        for (Claim claim : claims) {
            DeadMan.@Nullable Hold hold = switches.holds().get(claim.group());
            if (hold != null) {
                lines.add(line(claim.group(), hold));
            }
        }
        write(FILE, lines);
    }

    private void write(String name, List<String> lines) {
        try {
            Files.createDirectories(directory);
            Path next = directory.resolve(name + ".next");
            Files.write(next, lines);
            Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(GroupId group, DeadMan.Hold hold) {
        String vms = hold.vms().stream().map(VmId::value).collect(Collectors.joining(" "));
        return (group + " " + hold.epoch() + " " + hold.whenIsolated() + " " + hold.until())
                + (vms.isEmpty() ? "" : " " + vms);
    }

    private synchronized boolean allows(Ownership mark) {
        return switches.allows(mark.group(), mark.epoch(), System.nanoTime());
    }

    @Override
    public SortedSet<HostId> expected() {
        return hosts;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(terms.tick());
                looked = System.nanoTime();
                if (anythingToSee()) {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean anythingToSee() {
        long now = System.nanoTime();
        return !switches.stopped().isEmpty()
                || switches.holds().values().stream().anyMatch(hold -> now - hold.until() >= 0);
    }

    private void look() {
        try {
            site.list().vms().stream().filter(vm -> vm.power() != Power.OFF).forEach(this::judge);
        } catch (HypervisorException e) {
            LOG.warn("The guard could not look: {}", e.getMessage());
        }
    }

    private void judge(Vm vm) {
        Optional<WhenIsolated> fate;
        synchronized (this) {
            long now = System.nanoTime();
            fate = switches.fate(vm.id(), vm.ownership(), now);
            switches =
                    fate.isPresent()
                            ? switches.stopping(vm.id(), vm.ownership(), now)
                            : switches.seenOn(vm.id(), now);
            if (fate.isPresent()) {
                pursued.putIfAbsent(vm.id(), now);
            } else {
                pursued.remove(vm.id());
            }
        }
        if (fate.isPresent()) {
            Ownership mark = vm.ownership().orElseGet(() -> held(vm));
            LOG.warn("The lease of {} ran out: {} is stopped.", mark.group(), vm.name());
            Thread.startVirtualThread(() -> stop(vm, mark));
        }
    }

    private synchronized Ownership held(Vm vm) {
        return switches.holds().entrySet().stream()
                .filter(entry -> entry.getValue().vms().contains(vm.id()))
                .findFirst()
                .map(entry -> new Ownership(entry.getKey(), entry.getValue().epoch()))
                .orElseThrow();
    }

    private void stop(Vm vm, Ownership mark) {
        try {
            site.stop(vm.id(), mark, Duration.ZERO, terms.stop());
            seenOff(vm);
        } catch (HypervisorException e) {
            LOG.warn("{} could not be stopped yet: {}", vm.name(), e.getMessage());
        }
    }

    private synchronized void seenOff(Vm vm) {
        Long since = pursued.remove(vm.id());
        if (since != null && vm.host().isPresent()) {
            Duration took = Duration.ofNanos(System.nanoTime() - since);
            if (took.compareTo(longest.getOrDefault(vm.host().get(), Duration.ZERO)) > 0) {
                longest.put(vm.host().get(), took);
                write(
                        LONGEST,
                        longest.entrySet().stream()
                                .map(one -> one.getKey() + " " + one.getValue().toNanos())
                                .toList());
            }
        }
    }

    private static SortedMap<HostId, Duration> longestSoFar(Path directory) {
        SortedMap<HostId, Duration> found = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(directory.resolve(LONGEST))) {
                String[] cells = line.split(" ", -1);
                found.put(new HostId(cells[0]), Duration.ofNanos(Long.parseLong(cells[1])));
            }
            return found;
        } catch (NoSuchFileException e) {
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized SortedMap<HostId, Duration> longestStops() {
        return new TreeMap<>(longest);
    }

    @Override
    public void close() {
        loop.interrupt();
    }
}
