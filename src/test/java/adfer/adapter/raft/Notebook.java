package adfer.adapter.raft;

import adfer.port.Replicator.Leadership;
import adfer.port.StateMachine;

import org.jspecify.annotations.Nullable;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A state machine that keeps every entry in order, in memory and, where it has a file, there with
 * the index in one write before it answers. It answers {@code <place in the notebook>:<entry>}.
 */
final class Notebook implements StateMachine {
    private final @Nullable FileChannel file;
    final List<Long> appliedHere = new CopyOnWriteArrayList<>();
    final List<Leadership> leaderships = new CopyOnWriteArrayList<>();
    volatile Picture picture = new Picture(-1, TreePVector.empty());
    volatile @Nullable String poison;
    final Semaphore poisonMet = new Semaphore(0);
    final Semaphore poisonMayWork = new Semaphore(1000);
    volatile boolean snapshotsFail;
    final Semaphore snapshotsBegun = new Semaphore(0);
    final Semaphore snapshotsMayGoOn = new Semaphore(1000);
    final AtomicInteger restores = new AtomicInteger();

    record Picture(long index, PVector<String> entries) {}

    Notebook() {
        file = null;
    }

    /**
     * Opens or recovers the file: records of index, length and bytes, the last of which may be
     * torn.
     */
    Notebook(Path path) throws IOException {
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        var all = ByteBuffer.allocate((int) file.size());
        while (all.hasRemaining() && file.read(all) >= 0) {
            // until all is read
        }
        all.flip();
        var entries = new ArrayList<String>();
        var index = -1L;
        var end = 0;
        while (all.remaining() >= 12 && all.remaining() - 12 >= all.getInt(all.position() + 8)) {
            index = all.getLong();
            var entry = new byte[all.getInt()];
            all.get(entry);
            entries.add(new String(entry, StandardCharsets.UTF_8));
            end = all.position();
        }
        file.truncate(end).position(end);
        picture = new Picture(index, TreePVector.from(entries));
    }

    List<String> entries() {
        return picture.entries();
    }

    @Override
    public long appliedIndex() {
        return picture.index();
    }

    @Override
    public byte[] apply(long index, long term, byte[] bytes) {
        var entry = new String(bytes, StandardCharsets.UTF_8);
        if (entry.equals(poison)) {
            poisonMet.release();
            poisonMayWork.acquireUninterruptibly();
            throw new IllegalStateException("poison");
        }
        write(index, bytes);
        picture = new Picture(index, picture.entries().plus(entry));
        appliedHere.add(index);
        return (picture.entries().size() + ":" + entry).getBytes(StandardCharsets.UTF_8);
    }

    private void write(long index, byte[] entry) {
        if (file == null) {
            return;
        }
        try {
            var record =
                    ByteBuffer.allocate(12 + entry.length)
                            .putLong(index)
                            .putInt(entry.length)
                            .put(entry)
                            .flip();
            while (record.hasRemaining()) {
                file.write(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Snapshot capture() {
        var captured = picture;
        return out -> {
            var data = new DataOutputStream(out);
            snapshotsBegun.release();
            snapshotsMayGoOn.acquireUninterruptibly();
            data.writeInt(captured.entries().size());
            for (var entry : captured.entries()) {
                if (snapshotsFail) {
                    throw new IOException("no space left on device");
                }
                data.writeUTF(entry);
            }
            data.flush();
        };
    }

    @Override
    public void restore(InputStream snapshot, long index) throws IOException {
        var data = new DataInputStream(snapshot);
        var entries = new ArrayList<String>();
        for (var left = data.readInt(); left > 0; left--) {
            entries.add(data.readUTF());
        }
        if (file != null) {
            file.truncate(0).position(0);
            for (var entry : entries) {
                write(index, entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        picture = new Picture(index, TreePVector.from(entries));
        restores.incrementAndGet();
    }

    @Override
    public void leadershipChanged(Leadership now) {
        leaderships.add(now);
    }
}
