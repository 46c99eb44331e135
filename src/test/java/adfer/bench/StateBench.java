package adfer.bench;

import adfer.adapter.json.JacksonCodec;
import adfer.adapter.store.H2Ledger;
import adfer.inventory.At;
import adfer.inventory.Power;
import adfer.kernel.Actor;
import adfer.port.Codec;
import adfer.port.Ledger;
import adfer.state.Applied;
import adfer.state.AuditEntry;
import adfer.state.ClusterState;
import adfer.state.Command;
import adfer.state.Entry;
import adfer.state.Transition;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a large inventory costs: 100,000 VMs (or as many as the first argument says), changed 500 at
 * a time, in memory alone and with a ledger in the directory that the second argument names.
 */
public final class StateBench {
    private static final int BATCH = 500;

    private final Codec codec = new JacksonCodec();
    private final int vms;

    private StateBench(int vms) {
        this.vms = vms;
    }

    public static void main(String[] args) throws IOException {
        int vms = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        Path directory =
                args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("adfer-bench");
        new StateBench(vms).run(directory);
    }

    private void run(Path directory) throws IOException {
        Stopwatch.printHeap("before anything");
        ClusterState state = measure("apply, every VM new", ClusterState.EMPTY, null, false);
        Stopwatch.printHeap(vms + " VMs in memory");
        measure("apply, every VM changed", state, null, true);
        measure("decode a log entry and apply", state, codec);
        snapshot(state, directory.resolve("bench.snapshot"));
        try (H2Ledger ledger = H2Ledger.open(directory, 32, codec)) {
            state = measure("apply and commit, every VM new", ledger.load(), ledger, false);
            state = measure("apply and commit, in order", state, ledger, true);
            state = measure("apply and commit, at random", state, ledger, true);
            Stopwatch.printHeap("with an open ledger");
        }
        load(directory, state);
        try (H2Ledger ledger = H2Ledger.open(directory, 32, codec)) {
            Stopwatch replace = new Stopwatch();
            ledger.replace(state, ledger.auditUpTo(state.audits()).toList().stream());
            replace.print("replace the whole ledger", vms);
        }
        System.out.println(
                "database " + Files.size(directory.resolve("adfer.mv.db")) / 1_000_000 + " MB");
    }

    private ClusterState measure(
            String what, ClusterState before, @Nullable Ledger ledger, boolean random) {
        ClusterState state = before;
        Random dice = new Random(1);
        Power power = before.entities().isEmpty() ? Power.RUNNING : Power.OFF;
        Stopwatch watch = new Stopwatch();
        for (int first = 0; first < vms; first += BATCH) {
            List<At> batch =
                    IntStream.range(first, Math.min(vms, first + BATCH))
                            .map(i -> what.endsWith("random") ? dice.nextInt(vms) : i)
                            .<At>mapToObj(i -> Fleet.vm(i, random ? power : Power.RUNNING))
                            .toList();
            Applied applied = Transition.apply(state, state.index() + 1, entry(batch));
            state = applied.state();
            if (ledger != null) {
                ledger.commit(state, applied.touched(), applied.audit().stream().toList());
            }
        }
        watch.print(what, vms);
        return state;
    }

    private void measure(String what, ClusterState before, Codec codec) {
        ClusterState state = before;
        byte[] bytes =
                codec.join(
                        List.of(
                                codec.encode(
                                        entry(
                                                IntStream.range(0, BATCH)
                                                        .<At>mapToObj(
                                                                i -> Fleet.vm(i, Power.PAUSED))
                                                        .toList()))));
        Stopwatch watch = new Stopwatch();
        for (int first = 0; first < vms; first += BATCH) {
            for (Entry entry : codec.decodeEntries(bytes)) {
                state = Transition.apply(state, state.index() + 1, entry).state();
            }
        }
        watch.print(what + " (" + bytes.length / BATCH + " B/VM)", vms);
    }

    private static Entry entry(List<At> changed) {
        return new Entry(
                "",
                new Actor("bench", "system"),
                Instant.EPOCH,
                "",
                new Command.ChangeInventory(changed, List.of()));
    }

    private void snapshot(ClusterState state, Path file) throws IOException {
        Stopwatch write = new Stopwatch();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            codec.writeSnapshot(state, List.<AuditEntry>of().stream(), out);
        }
        write.print("write a snapshot of " + Files.size(file) / 1_000_000 + " MB", vms);
        Stopwatch read = new Stopwatch();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            check(codec.readSnapshot(in, entry -> {}).fingerprint().equals(state.fingerprint()));
        }
        read.print("read it", vms);
        Files.delete(file);
    }

    private void load(Path directory, ClusterState state) {
        for (String what : List.of("open and load the ledger", "again")) {
            Stopwatch open = new Stopwatch();
            try (H2Ledger ledger = H2Ledger.open(directory, 32, codec)) {
                check(ledger.load().fingerprint().equals(state.fingerprint()));
            }
            open.print(what, vms);
        }
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the state came back different");
        }
    }
}
