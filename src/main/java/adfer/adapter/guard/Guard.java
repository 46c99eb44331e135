package adfer.adapter.guard;

import adfer.adapter.guard.Message.Ask;
import adfer.adapter.guard.Message.Confirm;
import adfer.adapter.guard.Message.No;
import adfer.adapter.guard.Message.Taken;
import adfer.adapter.guard.Message.Ticket;
import adfer.inventory.Power;
import adfer.kernel.GroupId;
import adfer.kernel.Result;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.DeadMan;
import adfer.lease.LeaseTerms;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;
import adfer.port.HostVms;
import adfer.port.HostVms.HostVm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The guard of one hypervisor host: at each tick it looks at its own clock and at the VMs of the
 * host, and stops those whose lease has run out. It needs nobody for that: no node, no network and,
 * at worst, not even the hypervisor.
 */
public final class Guard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);

    /** A guard whose loop has stood still for longer than this hands out no tickets. */
    private static final int ARMED_TICKS = 5;

    private final LeaseTerms terms;
    private final LongSupplier clock;
    private final HoldFile file;
    private final Optional<Watchdog> watchdog;
    private final Eye eye;
    private final Stops stops;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock saving = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread loop;
    private final AtomicLong ticks = new AtomicLong();
    private volatile DeadMan deadMan;
    private volatile Optional<Long> ticked = Optional.empty();

    /**
     * Goes on with what the file says. Does nothing until {@link #start}.
     *
     * @param clock nanoseconds of a steady clock that goes on while the host sleeps
     */
    public Guard(
            LeaseTerms terms,
            LongSupplier clock,
            HostVms vms,
            VmProcesses processes,
            HoldFile file,
            Optional<Watchdog> watchdog) {
        this.terms = terms;
        this.clock = clock;
        this.file = file;
        this.watchdog = watchdog;
        HoldFile.Kept kept = file.load(terms, clock.getAsLong());
        this.deadMan = DeadMan.holding(terms, kept.holds(), kept.ended());
        this.eye = new Eye(vms, clock, terms.stop().dividedBy(3));
        this.stops = new Stops(vms, processes, terms.stop(), kept.longestStop());
        this.loop = Thread.ofPlatform().name("guard-loop").unstarted(this::goOn);
    }

    /** Writes down at once what it goes on with, so that nobody who asks the file believes more. */
    public void start() {
        var _ = save();
        log.info(
                "The guard goes on with {} groups; a lease lasts {} ms from its ticket, the longest"
                        + " stop seen took {} ms.",
                deadMan.holds().size(),
                terms.lasts().toMillis(),
                stops.longest().toMillis());
        loop.start();
    }

    private void goOn() {
        boolean closed = false;
        while (!closed) {
            try {
                tick();
                closed = closing.await(terms.tick().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException e) {
                log.error("A tick failed: {}", e.toString(), e);
            }
        }
        watchdog.ifPresent(Watchdog::close);
    }

    private void tick() {
        long now = clock.getAsLong();
        ticked.filter(before -> now - before > terms.stop().toNanos())
                .ifPresent(before ->
                        log.error(
                                "This guard stood still for {} ms.",
                                TimeUnit.NANOSECONDS.toMillis(now - before)));
        eye.look(now);
        boolean blind = eye.isBlind(now);
        remember(now);
        stops.pursue(targets(now, blind), now, blind, this::isOff);
        if (!stops.failing(now)) {
            watchdog.ifPresent(Watchdog::feed);
        }
        ticked = Optional.of(now);
        ticks.incrementAndGet();
    }

    /** So that what it stops can be started again where the lease didn't lapse for all that. */
    private void remember(long now) {
        Optional<Eye.Sight> sight = eye.latest();
        if (sight.isEmpty()) {
            return;
        }
        List<Stopped> before = deadMan.stopped();
        changing.lock();
        try {
            for (HostVm vm : sight.get().vms()) {
                if (deadMan.fate(vm.id(), vm.mark(), now).isPresent()) {
                    deadMan = deadMan.stopping(vm.id(), vm.mark(), now);
                } else if (vm.power() == Power.RUNNING) {
                    deadMan = deadMan.seenOn(vm.id(), now);
                }
            }
        } finally {
            changing.unlock();
        }
        if (!deadMan.stopped().equals(before)) {
            Thread.startVirtualThread(this::save);
        }
    }

    /** How often this guard has looked. */
    long ticks() {
        return ticks.get();
    }

    /**
     * What must not go on. When the hypervisor is silent, whatever may be there counts as there.
     */
    private SortedMap<VmId, Stops.Target> targets(long now, boolean blind) {
        DeadMan current = deadMan;
        SortedMap<VmId, Stops.Target> targets = new TreeMap<>();
        if (blind) {
            current.holds().values().stream()
                    .filter(hold -> now >= hold.until())
                    .filter(hold -> hold.whenIsolated() != WhenIsolated.KEEP)
                    .forEach(hold ->
                            hold.vms()
                                    .forEach(vm ->
                                            targets.put(
                                                    vm,
                                                    new Stops.Target("", hold.whenIsolated()))));
        }
        eye.latest()
                .ifPresent(sight -> {
                    for (HostVm vm : sight.vms()) {
                        Optional<WhenIsolated> fate = current.fate(vm.id(), vm.mark(), now);
                        if (fate.isPresent() && !isOffTheWay(vm, fate.get())) {
                            targets.put(vm.id(), new Stops.Target(vm.name(), fate.get()));
                        } else {
                            targets.remove(vm.id());
                        }
                    }
                });
        return targets;
    }

    private static boolean isOffTheWay(HostVm vm, WhenIsolated fate) {
        return fate == WhenIsolated.SUSPEND && vm.power() == Power.PAUSED;
    }

    private boolean isOff(Stops.Seen question) {
        return eye.latest()
                .filter(sight -> sight.begun() > question.after())
                .filter(sight ->
                        sight.vms().stream()
                                .noneMatch(vm ->
                                        vm.id().equals(question.vm())
                                                && vm.power() != Power.PAUSED))
                .isPresent();
    }

    /** Answers what a node says. */
    Message answer(Message message) {
        return switch (message) {
            case Ask(List<Claim> claims) -> ticket(claims);
            case Confirm confirm -> confirm(confirm);
            case Ticket _, Taken _, No _ -> new No("not-a-question", "A guard asks nothing.");
        };
    }

    private Message ticket(List<Claim> claims) {
        changing.lock();
        try {
            long now = clock.getAsLong();
            Optional<String> unarmed = unarmed(now);
            if (unarmed.isPresent()) {
                return new No("not-armed", unarmed.get());
            }
            long ticket = random.nextLong();
            deadMan = deadMan.issued(ticket, now, claims);
            return new Ticket(ticket, stops.longest(), deadMan.stopped());
        } finally {
            changing.unlock();
        }
    }

    /** Why this guard could not stop anything now. */
    private Optional<String> unarmed(long now) {
        long still = terms.tick().multipliedBy(ARMED_TICKS).toNanos();
        if (closing.getCount() == 0 || ticked.filter(at -> now - at <= still).isEmpty()) {
            return Optional.of("the guard's loop does not run");
        }
        return eye.isBlind(now)
                ? Optional.of("its hypervisor does not answer: " + eye.trouble())
                : Optional.empty();
    }

    private Message confirm(Confirm confirm) {
        List<GroupId> refused;
        changing.lock();
        try {
            switch (deadMan.confirmed(confirm.ticket(), confirm.claims())) {
                case Result.Ok<DeadMan.Taken>(var taken) -> {
                    deadMan = taken.next();
                    refused = taken.refused();
                }
                case Result.Refused<DeadMan.Taken>(var problems) -> {
                    return new No(problems.getFirst().code(), problems.getFirst().sentence());
                }
            }
        } finally {
            changing.unlock();
        }
        return save().<Message>map(why -> why).orElseGet(() -> new Taken(refused));
    }

    /** Why not, if not. Outside of the other lock, so that a slow disk holds up nothing else. */
    private Optional<No> save() {
        saving.lock();
        try {
            file.save(deadMan, stops.longest(), underLease());
            return Optional.empty();
        } catch (IOException e) {
            log.error("The holds can't be kept: {}", e.toString());
            return Optional.of(
                    new No("not-kept", "The guard's holds can't be written: " + e.getMessage()));
        } finally {
            saving.unlock();
        }
    }

    /** What a boot of the host would stop. */
    private List<Stopped> underLease() {
        DeadMan current = deadMan;
        long now = clock.getAsLong();
        return eye.latest().stream()
                .flatMap(sight -> sight.vms().stream())
                .filter(vm -> vm.power() == Power.RUNNING)
                .flatMap(vm -> current.underLease(vm.id(), vm.mark(), now).stream())
                .toList();
    }

    /** Stops looking; the VMs go on, and so do the holds in the file. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (loop.getState() != Thread.State.NEW) {
                loop.join(terms.stop());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
