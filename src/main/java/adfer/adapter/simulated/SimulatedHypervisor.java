package adfer.adapter.simulated;

import adfer.adapter.simulated.Machine.Phase;
import adfer.inventory.Disk;
import adfer.inventory.Host;
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

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A site that exists in this process: hosts with capacity, and VMs that take time to boot and stop,
 * that answer on loopback addresses while they run, and that fail or hang when told to.
 *
 * <p>What it holds survives a kill of the process: VMs that ran run again as soon as the directory
 * is opened anew, as a hypervisor outlives the node that watches it. A file named {@code power-cut}
 * in the directory turns all of them off instead, once, save that those with autostart boot anew.
 *
 * <p>A starting VM is reported as {@link Power#UNKNOWN}; it may run at any moment.
 */
public final class SimulatedHypervisor implements Hypervisor {
    /** How long a call without a timeout of its own may take. */
    private static final Duration CALL = Duration.ofSeconds(10);

    private final SimulatedConfig config;
    private final Faults faults = new Faults();
    private final MachineRoom room;
    private volatile Predicate<Ownership> lease = mark -> true;

    private SimulatedHypervisor(SimulatedConfig config, InstantSource clock) throws IOException {
        this.config = config;
        this.room = new MachineRoom(config, faults, clock);
    }

    /**
     * @throws HypervisorException {@code INVALID} when the site's directory cannot be used
     */
    public static SimulatedHypervisor open(SimulatedConfig config) {
        try {
            return new SimulatedHypervisor(config, InstantSource.system());
        } catch (IOException | IllegalArgumentException e) {
            throw new HypervisorException(
                    Code.INVALID,
                    "Simulated site %s can't be opened: %s"
                            .formatted(config.site(), e.getMessage()),
                    e);
        }
    }

    /** From now on a VM is powered on only where this holds, asked at the power-on itself. */
    public void startOnlyUnder(Predicate<Ownership> liveLease) {
        lease = liveLease;
    }

    /** What it is told to do wrong. */
    public Faults faults() {
        return faults;
    }

    /** Lets a VM start by itself when its site has power again, as somebody at its host would. */
    public void autostart(VmId vm) {
        await(
                ask(() ->
                        onMachine(
                                vm,
                                machine -> {
                                    machine.autostart = true;
                                    room.changed(machine);
                                })),
                CALL);
    }

    /** Freezes a running VM: it neither answers nor shuts down by itself. */
    public void pause(VmId vm) {
        await(ask(() -> onMachine(vm, room::pause)), CALL);
    }

    /** Ends a VM as a crash of its hypervisor process would. */
    public void crash(VmId vm) {
        await(ask(() -> onMachine(vm, machine -> room.powerOff(machine, "crashed"))), CALL);
    }

    @Override
    public SiteInventory list() {
        return call(() ->
                new SiteInventory(
                        config.hosts(),
                        config.networks(),
                        config.stores(),
                        room.machines().stream().map(this::reported).toList()));
    }

    @Override
    public Optional<Vm> find(VmId vm) {
        return call(() -> room.find(vm).map(this::reported));
    }

    @Override
    public void define(Vm source, HostId host, List<Nic> nics, Tenure tenure) {
        call(() -> {
            Blueprint wanted = blueprint(source, nics);
            checkPlace(wanted, host);
            room.find(source.id())
                    .ifPresentOrElse(
                            there -> redefine(there, wanted, host, tenure),
                            () -> create(wanted, host, tenure.mark()));
            return true;
        });
    }

    @Override
    public void start(VmId vm, Tenure tenure, Duration timeout) {
        carryOut(() -> startNow(existing(vm), tenure), timeout);
    }

    @Override
    public void stop(VmId vm, Ownership mark, Duration graceful, Duration timeout) {
        carryOut(
                () -> {
                    Optional<Machine> machine = room.find(vm);
                    return machine.isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : stopNow(machine.get(), mark, graceful);
                },
                timeout);
    }

    @Override
    public void undefine(VmId vm) {
        call(() -> {
            Optional<Machine> machine = room.find(vm);
            if (machine.isPresent() && machine.get().on()) {
                throw new HypervisorException(
                        Code.NOT_OFF,
                        "VM %s runs: stop it before its definition is removed."
                                .formatted(machine.get().blueprint().name()));
            }
            machine.ifPresent(room::remove);
            return true;
        });
    }

    @Override
    public void onChange(Listener listener) {
        room.listen(listener);
    }

    @Override
    public void close() {
        room.close();
    }

    // What follows, down to the calls, runs on the machine room's thread.

    private Vm reported(Machine machine) {
        boolean unknown = faults.isUnknown(machine.blueprint().id());
        return machine.vm(unknown ? Power.UNKNOWN : machine.power());
    }

    private CompletableFuture<Void> startNow(Machine machine, Tenure tenure) {
        Ownership mark = tenure.mark();
        checkMark(machine, mark);
        boolean still = machine.phase == Phase.OFF || machine.phase == Phase.PAUSED;
        if (still && !lease.test(mark)) {
            throw new HypervisorException(
                    Code.STALE_EPOCH,
                    "VM %s is not started: site %s holds no live lease of %s at epoch %s."
                            .formatted(
                                    machine.blueprint().name(),
                                    config.site(),
                                    mark.group(),
                                    mark.epoch()));
        }
        dropOldMemory(machine, tenure);
        String name = machine.blueprint().name();
        switch (machine.phase) {
            case OFF -> checkCapacity(machine);
            case STOPPING ->
                    throw new HypervisorException(
                            Code.FAILED,
                            "VM %s is being shut down: start it once it is off.".formatted(name));
            case STARTING, RUNNING, PAUSED -> {}
        }
        write(machine, mark);
        return switch (machine.phase) {
            case OFF, PAUSED -> room.powerOn(machine);
            case STARTING -> machine.order;
            case RUNNING, STOPPING -> CompletableFuture.completedFuture(null);
        };
    }

    private CompletableFuture<Void> stopNow(Machine machine, Ownership mark, Duration graceful) {
        checkMark(machine, mark);
        write(machine, mark);
        return machine.on()
                ? room.shutDown(machine, graceful)
                : CompletableFuture.completedFuture(null);
    }

    private void create(Blueprint wanted, HostId host, Ownership mark) {
        for (Machine other : room.machines()) {
            if (other.blueprint().name().equals(wanted.name())) {
                throw invalid(
                        "Another VM at site %s is named %s already."
                                .formatted(config.site(), wanted.name()));
            }
        }
        room.add(
                new Machine(
                        config.site(),
                        new Journal.Entry(
                                wanted, host, Machine.Phase.OFF, "", Optional.of(mark), false)));
    }

    private void dropOldMemory(Machine machine, Tenure tenure) {
        if (machine.phase == Phase.PAUSED && !tenure.continues(machine.mark)) {
            room.powerOff(machine, "");
        }
    }

    private void redefine(Machine machine, Blueprint wanted, HostId host, Tenure tenure) {
        checkMark(machine, tenure.mark());
        dropOldMemory(machine, tenure);
        boolean same = machine.blueprint().equals(wanted) && machine.host.equals(host);
        if (machine.on() && !same) {
            throw new HypervisorException(
                    Code.NOT_OFF,
                    "VM %s runs with another definition: stop it before it is defined anew."
                            .formatted(wanted.name()));
        }
        machine.host = host;
        machine.blueprint(wanted);
        if (machine.phase != Phase.PAUSED) {
            machine.mark = Optional.of(tenure.mark());
        }
        machine.autostart = false;
        room.changed(machine);
    }

    private void checkMark(Machine machine, Ownership mark) {
        HypervisorRules.refuseStale(machine.blueprint().name(), machine.mark, mark);
    }

    private void write(Machine machine, Ownership mark) {
        if (!machine.mark.equals(Optional.of(mark)) || machine.autostart) {
            machine.mark = Optional.of(mark);
            machine.autostart = false;
            room.changed(machine);
        }
    }

    private static Blueprint blueprint(Vm source, List<Nic> nics) {
        try {
            Blueprint blueprint = Blueprint.parse(source.definition().lines().toList());
            if (!blueprint.id().equals(source.id()) || blueprint.nics().size() != nics.size()) {
                throw new IllegalArgumentException("it is that of another VM");
            }
            return blueprint.withNics(nics);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw invalid(
                    "The definition of VM %s can't be used here: %s."
                            .formatted(source.name(), e.getMessage()));
        }
    }

    private void checkPlace(Blueprint wanted, HostId host) {
        require(config.hosts().stream().anyMatch(h -> h.id().equals(host)), "host", host);
        for (Nic nic : wanted.nics()) {
            require(
                    config.networks().stream().anyMatch(n -> n.id().equals(nic.network())),
                    "network",
                    nic.network());
        }
        for (Disk disk : wanted.disks()) {
            require(
                    config.stores().stream().anyMatch(s -> s.id().equals(disk.store())),
                    "storage",
                    disk.store());
        }
    }

    private void require(boolean there, String what, Object id) {
        if (!there) {
            throw invalid("Site %s has no %s %s.".formatted(config.site(), what, id));
        }
    }

    private void checkCapacity(Machine machine) {
        Host host =
                config.hosts().stream()
                        .filter(h -> h.id().equals(machine.host))
                        .findFirst()
                        .orElseThrow(() -> invalid("There is no host " + machine.host + "."));
        long memory = machine.blueprint().memoryMib();
        int vcpus = machine.blueprint().vcpus();
        for (Machine other : room.machines()) {
            if (other.on() && other.host.equals(host.id())) {
                memory += other.blueprint().memoryMib();
                vcpus += other.blueprint().vcpus();
            }
        }
        HypervisorRules.refuseOverload(machine.blueprint().name(), host, vcpus, memory);
    }

    private Machine existing(VmId vm) {
        return room.find(vm)
                .orElseThrow(() -> HypervisorRules.noSuchVm(vm, "site " + config.site()));
    }

    private boolean onMachine(VmId vm, Consumer<Machine> work) {
        work.accept(existing(vm));
        return true;
    }

    private static HypervisorException invalid(String sentence) {
        return new HypervisorException(Code.INVALID, sentence);
    }

    // The calls, on the callers' threads.

    private <T> T call(Callable<T> work) {
        faults.before(CALL);
        T value = await(ask(work), CALL);
        faults.after();
        return value;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A future of a future, awaited as one.
    private void carryOut(Callable<CompletableFuture<Void>> order, Duration timeout) {
        faults.before(timeout);
        await(ask(order).thenCompose(ordered -> ordered), timeout);
        faults.after();
    }

    private <T> CompletableFuture<T> ask(Callable<T> work) {
        try {
            return room.ask(work);
        } catch (RejectedExecutionException e) {
            throw new HypervisorException(
                    Code.UNREACHABLE, "Simulated site " + config.site() + " is closed.", e);
        }
    }

    private <T> T await(CompletableFuture<T> answer, Duration timeout) {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HypervisorException refusal) {
                throw refusal;
            }
            throw new HypervisorException(
                    Code.FAILED, "Simulated site " + config.site() + " failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new HypervisorException(
                    Code.TIMEOUT,
                    "Simulated site %s did not finish within %s s."
                            .formatted(config.site(), timeout.toMillis() / 1_000.0),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(Code.TIMEOUT, "The call was interrupted.", e);
        }
    }
}
