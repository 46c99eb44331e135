package adfer.adapter.simulated;

import static adfer.adapter.simulated.Machine.Phase.OFF;
import static adfer.adapter.simulated.Machine.Phase.PAUSED;
import static adfer.adapter.simulated.Machine.Phase.RUNNING;
import static adfer.adapter.simulated.Machine.Phase.STARTING;
import static adfer.adapter.simulated.Machine.Phase.STOPPING;

import adfer.inventory.Power;
import adfer.kernel.VmId;
import adfer.port.Hypervisor;
import adfer.port.HypervisorException;
import adfer.port.HypervisorException.Code;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The machinery of a simulated site: what VMs there are, and what happens to them in time. It knows
 * no epochs and no callers. All of its state belongs to one thread, on which {@link #ask} runs what
 * is to look at it or change it; every method but {@code ask} and {@code close} is to be called
 * there.
 */
final class MachineRoom implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MachineRoom.class);
    static final String POWER_CUT = "power-cut";
    static final long CLOSING_SECONDS = 20;

    private final SimulatedConfig config;
    private final Faults faults;
    private final Map<VmId, Machine> machines = new TreeMap<>();
    private final List<Hypervisor.Listener> listeners = new CopyOnWriteArrayList<>();
    private final FileChannel lock;
    private final Journal journal;
    private final Loopback loopback;
    private final ScheduledExecutorService room;
    private final SharedStorage storage;

    /**
     * @throws IOException with one sentence, when the site's directory cannot be used
     */
    MachineRoom(SimulatedConfig config, Faults faults, InstantSource clock) throws IOException {
        this.config = config;
        this.faults = faults;
        Files.createDirectories(config.data());
        lock = lock(config.data());
        boolean known = Journal.existsIn(config.data());
        for (Journal.Entry entry : known ? Journal.read(config.data()) : seeds()) {
            machines.put(entry.blueprint().id(), new Machine(config.site(), entry));
        }
        boolean cut = Files.exists(config.data().resolve(POWER_CUT));
        if (cut) {
            machines.values()
                    .forEach(machine -> machine.phase = machine.autostart ? STARTING : OFF);
        }
        journal = Journal.begin(config.data(), entries());
        Files.deleteIfExists(config.data().resolve(POWER_CUT));
        loopback = new Loopback("simulated-" + config.site() + "-network");
        room = thread("simulated-" + config.site());
        storage = new SharedStorage(config, clock);
        ask(this::carryOn).join();
        storage.begin(() -> ask(() -> List.copyOf(machines.values())).join());
    }

    <T> CompletableFuture<T> ask(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        room.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    void listen(Hypervisor.Listener listener) {
        listeners.add(listener);
    }

    Collection<Machine> machines() {
        return machines.values();
    }

    Optional<Machine> find(VmId vm) {
        return Optional.ofNullable(machines.get(vm));
    }

    void add(Machine machine) {
        machines.put(machine.blueprint().id(), machine);
        changed(machine);
    }

    void remove(Machine machine) {
        VmId vm = machine.blueprint().id();
        machines.remove(vm);
        journal.remove(vm);
        tell(vm, Power.OFF);
    }

    /** Writes down how a machine is now, and tells of it. */
    void changed(Machine machine) {
        journal.put(machine.entry());
        tell(machine.blueprint().id(), machine.power());
    }

    /**
     * Begins to start a machine that is off, or lets a paused one go on.
     *
     * @return completes once it runs
     */
    CompletableFuture<Void> powerOn(Machine machine) {
        if (machine.phase == PAUSED) {
            machine.phase = RUNNING;
            plug(machine);
            changed(machine);
            return CompletableFuture.completedFuture(null);
        }
        Blueprint blueprint = machine.blueprint();
        try {
            Loopback.check(blueprint.services(), addresses(blueprint));
        } catch (IOException e) {
            throw failure(blueprint.name() + " cannot start: " + e.getMessage());
        }
        machine.boot = UUID.randomUUID().toString();
        machine.phase = STARTING;
        machine.order = new CompletableFuture<>();
        machine.turn++;
        changed(machine);
        if (!faults.hangsStarting(blueprint.id())) {
            later(machine, vary(machine, config.timing().powerOn()), () -> poweredOn(machine));
        }
        return machine.order;
    }

    /**
     * Begins to shut a machine down, and forces it off after {@code graceful}.
     *
     * @return completes once it is off
     */
    CompletableFuture<Void> shutDown(Machine machine, Duration graceful) {
        VmId vm = machine.blueprint().id();
        if (machine.phase == STARTING && !faults.hangsStopping(vm)) {
            powerOff(machine, "was ordered off while it started");
            return CompletableFuture.completedFuture(null);
        }
        boolean forced = machine.phase == PAUSED || faults.ignoresShutDown(vm);
        if (machine.phase != STOPPING) {
            machine.phase = STOPPING;
            machine.order = new CompletableFuture<>();
            machine.turn++;
        }
        if (!faults.hangsStopping(vm)) {
            Duration usual = vary(machine, config.timing().shutDown());
            Duration wait = forced || usual.compareTo(graceful) > 0 ? graceful : usual;
            later(machine, wait, () -> powerOff(machine, ""));
        }
        return machine.order;
    }

    /** Off at once, as by a pulled plug. */
    void powerOff(Machine machine, String reason) {
        unplug(machine);
        machine.disks.forEach(SharedDisk::unplug);
        machine.disks = List.of();
        machine.phase = OFF;
        machine.turn++;
        changed(machine);
        if (reason.isEmpty()) {
            machine.order.complete(null);
        } else {
            machine.order.completeExceptionally(failure(machine.blueprint().name() + " " + reason));
        }
    }

    void pause(Machine machine) {
        if (machine.phase == RUNNING) {
            unplug(machine);
            machine.phase = PAUSED;
            changed(machine);
        }
    }

    @Override
    public void close() {
        storage.close();
        room.shutdown();
        try {
            if (!room.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                log.warn("Simulated site {} is slow to close", config.site());
            }
            loopback.close();
            journal.close();
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("Cannot close {}: {}", config.data(), e.toString());
        }
    }

    /** A site's machines outlive the process that simulates them: what was on, is on. */
    private boolean carryOn() {
        for (Machine machine : List.copyOf(machines.values())) {
            switch (machine.phase) {
                case OFF -> {}
                case STARTING -> {
                    machine.phase = OFF;
                    var _ = powerOn(machine);
                }
                case RUNNING, STOPPING, PAUSED -> carryOn(machine);
            }
        }
        return true;
    }

    private void carryOn(Machine machine) {
        boolean seed = machine.boot.isEmpty();
        machine.boot = seed ? UUID.randomUUID().toString() : machine.boot;
        journal.put(machine.entry());
        try {
            storage.attach(machine, !seed);
            plug(machine);
        } catch (IOException e) {
            log.error("{} is off now: {}", machine.blueprint().name(), e.getMessage());
            powerOff(machine, "");
        }
    }

    private void poweredOn(Machine machine) {
        VmId vm = machine.blueprint().id();
        if (faults.failsToStart(vm)) {
            powerOff(machine, "failed to start (a simulated fault)");
            return;
        }
        try {
            storage.attach(machine, false);
        } catch (IOException e) {
            powerOff(machine, "cannot start: " + e.getMessage());
            return;
        }
        machine.phase = RUNNING;
        changed(machine);
        machine.order.complete(null);
        if (!faults.isDeaf(vm)) {
            later(machine, vary(machine, config.timing().boot()), () -> plug(machine));
        }
    }

    private void plug(Machine machine) {
        Blueprint blueprint = machine.blueprint();
        List<Service> services = blueprint.services();
        if (machine.phase != PAUSED && machine.plug.isEmpty() && !services.isEmpty()) {
            try {
                machine.plug =
                        Optional.of(
                                loopback.plug(services, addresses(blueprint), machine.asGuest()));
            } catch (IOException e) {
                log.error("{} does not answer: {}", blueprint.name(), e.getMessage());
            }
        }
    }

    private void unplug(Machine machine) {
        try {
            if (machine.plug.isPresent()) {
                loopback.unplug(machine.plug.get());
            }
        } catch (IOException e) {
            log.error("{} may still answer: {}", machine.blueprint().name(), e.getMessage());
        }
        machine.plug = Optional.empty();
    }

    private Duration vary(Machine machine, Duration usual) {
        return config.timing().vary(usual, machine.blueprint().id(), machine.turn);
    }

    /** Does something after a while, unless the machine was given another order meanwhile. */
    private void later(Machine machine, Duration wait, Runnable work) {
        int turn = machine.turn;
        Executor delayed =
                CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS, room);
        delayed.execute(() -> {
            if (machine.turn == turn) {
                guarded(work);
            }
        });
    }

    static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("The simulation of a VM failed", e);
        }
    }

    private void tell(VmId vm, Power power) {
        for (Hypervisor.Listener listener : listeners) {
            listener.changed(vm, power);
        }
    }

    private List<Journal.Entry> entries() {
        return machines.values().stream().map(Machine::entry).toList();
    }

    private List<Journal.Entry> seeds() {
        return config.fleet().stream()
                .map(vm ->
                        new Journal.Entry(
                                vm.blueprint(),
                                vm.host(),
                                vm.running() ? RUNNING : OFF,
                                "",
                                vm.ownership(),
                                false))
                .toList();
    }

    private static List<String> addresses(Blueprint blueprint) {
        return blueprint.nics().stream().flatMap(nic -> nic.addresses().stream()).toList();
    }

    private static HypervisorException failure(String sentence) {
        return new HypervisorException(Code.FAILED, sentence);
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            log.trace("Locked in this process", e);
        }
        channel.close();
        throw new IOException(
                "another process simulates the site in " + directory + ": stop it first");
    }

    static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }
}
