package adfer.adapter.libvirt;

import adfer.inventory.Nic;
import adfer.inventory.Ownership;
import adfer.inventory.Power;
import adfer.inventory.SiteInventory;
import adfer.inventory.Tenure;
import adfer.inventory.Vm;
import adfer.kernel.HostId;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;
import adfer.port.HypervisorRules;

import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.event.DomainEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A host that libvirt manages, with real VMs.
 *
 * <p>Ownership is kept in the domain's metadata (see {@link Marks}). libvirt can replace metadata
 * in one step but can't compare it first, so this class does both under a lock of the VM: whatever
 * acts through this object, a former owner's start, stop or definition is refused, and the mark is
 * written before the effect, so that nobody who comes later can miss it. Between two processes with
 * connections of their own a moment remains, from reading the mark to acting, in which a process
 * that was frozen there could act late. The replicated log gives each action to one node, which is
 * why that takes a node that was frozen across a change of owner; keeping such a node from acting
 * is the business of leases and fencing.
 *
 * <p>A VM that Adfer defines, starts or stops is never started by its host on its own again
 * (autostart is switched off): after a power loss it may long run elsewhere.
 */
public final class LibvirtHypervisor implements Hypervisor {
    private static final Logger log = LoggerFactory.getLogger(LibvirtHypervisor.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** A guest that has not booted far enough misses the power button, so it is pressed again. */
    private static final Duration PRESS_AGAIN = Duration.ofSeconds(5);

    private final LibvirtConfig config;
    private final Listing listing;
    private final Link link;
    private final Capacity capacity = new Capacity();
    private final Map<VmId, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private LibvirtHypervisor(LibvirtConfig config) {
        this.config = config;
        this.listing = new Listing(config);
        this.link = new Link(config, this::listen);
    }

    /**
     * Connects, and goes on trying where the daemon doesn't answer.
     *
     * @throws HypervisorException {@code INVALID} where libvirt's client library is missing
     */
    public static LibvirtHypervisor open(LibvirtConfig config) {
        try {
            EventLoop.turn();
            return new LibvirtHypervisor(config);
        } catch (LinkageError e) {
            throw Refusals.noLibrary(e);
        } catch (LibvirtException e) {
            throw Refusals.of(e, config.uri(), true);
        }
    }

    @Override
    public SiteInventory list() {
        return link.call(config.callTimeout(), listing::all);
    }

    @Override
    public Optional<Vm> find(VmId vm) {
        return link.call(config.callTimeout(), connect -> listing.find(connect, vm));
    }

    @Override
    public void define(Vm source, HostId host, List<Nic> nics, Tenure tenure) {
        locked(
                config.callTimeout(),
                source.id(),
                connect -> {
                    Site site = Site.read(connect, config);
                    if (!site.host().id().equals(host)) {
                        throw invalid(
                                "There is no host %s at %s, only %s."
                                        .formatted(host, config.uri(), site.host().id()));
                    }
                    String xml = rewrite(connect, site, source, nics, tenure.mark());
                    if (!running(connect, DomainSpec.parse(xml), tenure)) {
                        Domain defined = connect.domainDefineXML(xml);
                        Domains.noAutostart(defined);
                        defined.free();
                    }
                    return true;
                });
    }

    @Override
    public void start(VmId vm, Tenure tenure, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        locked(
                timeout,
                vm,
                connect ->
                        Domains.with(connect, vm, domain -> startNow(connect, domain, tenure))
                                .orElseThrow(() -> HypervisorRules.noSuchVm(vm, config.uri())));
        while (true) {
            switch (power(vm, left(deadline))) {
                case RUNNING -> {
                    return;
                }
                case OFF ->
                        throw new HypervisorException(
                                Code.FAILED,
                                "VM %s went off right after its start: see its log at the host."
                                        .formatted(vm));
                case PAUSED, UNKNOWN -> pause("start of VM " + vm, deadline);
            }
        }
    }

    @Override
    public void stop(VmId vm, Ownership mark, Duration graceful, Duration timeout) {
        long begun = System.nanoTime();
        long deadline = begun + timeout.toNanos();
        long forced = Math.min(deadline, begun + graceful.toNanos());
        boolean shuttingDown =
                locked(
                        timeout,
                        vm,
                        connect ->
                                Domains.with(connect, vm, domain -> stopNow(domain, mark, graceful))
                                        .orElse(false));
        long pressAgain = begun + PRESS_AGAIN.toNanos();
        while (shuttingDown && System.nanoTime() < forced) {
            if (power(vm, left(deadline)) == Power.OFF) {
                return;
            }
            if (System.nanoTime() > pressAgain) {
                shuttingDown = onDomain(vm, left(deadline), Domains::press);
                pressAgain = System.nanoTime() + PRESS_AGAIN.toNanos();
            }
            pause("shutdown of VM " + vm, deadline);
        }
        while (power(vm, left(deadline)) != Power.OFF) {
            onDomain(vm, left(deadline), Domains::forceOff);
            pause("shutdown of VM " + vm, deadline);
        }
    }

    @Override
    public void undefine(VmId vm) {
        locked(
                config.callTimeout(),
                vm,
                connect -> Domains.with(connect, vm, LibvirtHypervisor::undefineNow));
    }

    @Override
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        link.close();
    }

    // What follows, down to the calls, runs on the link's threads.

    private boolean startNow(Connect connect, Domain domain, Tenure tenure)
            throws LibvirtException {
        Ownership mark = tenure.mark();
        DomainSpec spec = Domains.spec(domain);
        checkMark(spec, mark);
        dropOldMemory(domain, spec, tenure);
        switch (Domains.power(domain)) {
            case RUNNING -> write(domain, spec, mark);
            case PAUSED -> {
                write(domain, spec, mark);
                stillWanted();
                domain.resume();
            }
            case OFF -> {
                capacity.reserve(connect, Site.host(connect, config), spec);
                try {
                    write(domain, spec, mark);
                    stillWanted();
                    Domains.boot(domain);
                } finally {
                    capacity.release(spec.id());
                }
            }
            case UNKNOWN ->
                    throw new HypervisorException(
                            Code.FAILED,
                            "libvirt does not say whether VM %s runs, so it is not started."
                                    .formatted(spec.name()));
        }
        return true;
    }

    /** Marks it and presses its power button; true when it may go off by itself now. */
    private static boolean stopNow(Domain domain, Ownership mark, Duration graceful)
            throws LibvirtException {
        DomainSpec spec = Domains.spec(domain);
        checkMark(spec, mark);
        write(domain, spec, mark);
        if (Domains.power(domain) == Power.OFF || graceful.isZero()) {
            return false;
        }
        stillWanted();
        return Domains.press(domain);
    }

    private static boolean undefineNow(Domain domain) throws LibvirtException {
        if (Domains.power(domain) != Power.OFF) {
            throw new HypervisorException(
                    Code.NOT_OFF,
                    "VM %s runs: stop it before its definition is removed."
                            .formatted(domain.getName()));
        }
        Domains.undefine(domain);
        return true;
    }

    private String rewrite(Connect connect, Site site, Vm source, List<Nic> nics, Ownership mark) {
        try {
            return Definition.rewrite(source, nics, mark, listing.here(connect, site));
        } catch (IllegalArgumentException e) {
            throw new HypervisorException(
                    Code.INVALID,
                    "The definition of VM %s can't be used at %s: %s."
                            .formatted(source.name(), config.uri(), e.getMessage()),
                    e);
        }
    }

    /** Whether it runs already just as it is wanted; refused where it runs otherwise. */
    private void dropOldMemory(Domain domain, DomainSpec spec, Tenure tenure)
            throws LibvirtException {
        if (Domains.power(domain) == Power.PAUSED && !tenure.continues(spec.marks().ownership())) {
            stillWanted();
            Domains.forceOff(domain);
        }
    }

    private boolean running(Connect connect, DomainSpec wanted, Tenure tenure)
            throws LibvirtException {
        return Domains.with(
                        connect,
                        wanted.id(),
                        domain -> {
                            DomainSpec found = Domains.spec(domain);
                            checkMark(found, tenure.mark());
                            dropOldMemory(domain, found, tenure);
                            if (Domains.power(domain) == Power.OFF) {
                                return false;
                            }
                            if (!found.sameAs(wanted)) {
                                throw new HypervisorException(
                                        Code.NOT_OFF,
                                        ("VM %s runs with another definition: stop it before it is"
                                                        + " defined anew.")
                                                .formatted(wanted.name()));
                            }
                            if (Domains.power(domain) != Power.PAUSED) {
                                write(domain, found, tenure.mark());
                            }
                            return true;
                        })
                .orElse(false);
    }

    private static void checkMark(DomainSpec spec, Ownership mark) {
        spec.marks()
                .damage()
                .ifPresent(damage -> {
                    throw invalid(
                            "VM %s is left alone, for who owns it can't be read: %s; correct"
                                            .formatted(spec.name(), damage)
                                    + " it with virsh metadata.");
                });
        HypervisorRules.refuseStale(spec.name(), spec.marks().ownership(), mark);
    }

    /** Marks it, and takes its start out of the host's hands. */
    private static void write(Domain domain, DomainSpec spec, Ownership mark)
            throws LibvirtException {
        if (!spec.marks().ownership().equals(Optional.of(mark))) {
            Domains.mark(domain, spec.marks().with(mark));
        }
        Domains.noAutostart(domain);
    }

    /** An effect that nobody waits for any longer had better not happen. */
    private static void stillWanted() {
        if (Thread.interrupted()) {
            throw new HypervisorException(Code.TIMEOUT, "The call came too late.");
        }
    }

    private static HypervisorException invalid(String sentence) {
        return new HypervisorException(Code.INVALID, sentence);
    }

    private void listen(Connect connect) throws LibvirtException {
        connect.addLifecycleListener(this::heard);
    }

    private int heard(Domain domain, DomainEvent event) {
        try {
            VmId vm = new VmId(domain.getUUIDString());
            Power power = Domains.power(event.getType());
            listeners.forEach(listener -> listener.changed(vm, power));
        } catch (LibvirtException | RuntimeException e) {
            log.warn("An event of libvirt was lost: {}", e.toString());
        }
        return 0;
    }

    // The calls, on the callers' threads.

    /** Does something while nobody else acts on the VM through this object. */
    private <T> T locked(Duration timeout, VmId vm, Link.Work<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(vm, id -> new ReentrantLock());
        return link.call(
                timeout,
                connect -> {
                    try {
                        if (!lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                            throw new HypervisorException(
                                    Code.TIMEOUT,
                                    "Another action on VM %s is still under way.".formatted(vm));
                        }
                    } catch (InterruptedException e) {
                        throw new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
                    }
                    try {
                        return work.run(connect);
                    } finally {
                        lock.unlock();
                    }
                });
    }

    boolean onDomain(VmId vm, Duration timeout, Domains.Use<Boolean> use) {
        return link.call(timeout, connect -> Domains.with(connect, vm, use).orElse(false));
    }

    /** A VM that isn't defined any more is off. */
    private Power power(VmId vm, Duration timeout) {
        return link.call(
                timeout, connect -> Domains.with(connect, vm, Domains::power).orElse(Power.OFF));
    }

    /** What is left until the deadline, and a moment at least. */
    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(POLL.toNanos(), deadline - System.nanoTime()));
    }

    private static void pause(String what, long deadline) {
        if (System.nanoTime() >= deadline) {
            throw new HypervisorException(
                    Code.TIMEOUT, "The " + what + " is not finished in time.");
        }
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
        }
    }
}
