package adfer.adapter.simulated;

import adfer.inventory.Disk;
import adfer.inventory.Store;
import adfer.kernel.StoreId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A site's way to the storage that both sites see: lets guests at it, and has them write there. */
final class SharedStorage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedStorage.class);

    private final SimulatedConfig config;
    private final InstantSource clock;
    private final Set<StoreId> shared;
    private final ScheduledExecutorService writer;

    SharedStorage(SimulatedConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.shared =
                config.stores().stream()
                        .filter(Store::shared)
                        .map(Store::id)
                        .collect(Collectors.toSet());
        this.writer = MachineRoom.thread("simulated-" + config.site() + "-disks");
    }

    /** From now on, all that is attached is written again and again. */
    void begin(Supplier<List<Machine>> machines) {
        if (config.diskInterval().isPositive()) {
            long nanos = config.diskInterval().toNanos();
            var _ =
                    writer.scheduleWithFixedDelay(
                            () -> MachineRoom.guarded(() -> write(machines.get())),
                            nanos,
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Lets a guest at its shared disks, and write them for the first time.
     *
     * @param ours true when this boot has written them before
     */
    void attach(Machine machine, boolean ours) throws IOException {
        if (!config.diskInterval().isPositive() || config.sharedDisks().isEmpty()) {
            return;
        }
        Path directory = config.sharedDisks().get();
        List<SharedDisk> disks = new ArrayList<>();
        for (Disk disk : machine.blueprint().disks()) {
            if (shared.contains(disk.store())) {
                disks.add(new SharedDisk(directory, disk.path(), ours, machine::guest, clock));
            }
        }
        machine.disks = List.copyOf(disks);
        for (SharedDisk disk : disks) {
            disk.write();
        }
    }

    private static void write(List<Machine> machines) {
        for (Machine machine : machines) {
            for (SharedDisk disk : machine.disks) {
                try {
                    disk.write();
                } catch (IOException e) {
                    log.warn("A simulated guest cannot write its disk: {}", e.toString());
                }
            }
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(MachineRoom.CLOSING_SECONDS, TimeUnit.SECONDS)) {
                log.warn("The disks of simulated site {} are slow to close", config.site());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
