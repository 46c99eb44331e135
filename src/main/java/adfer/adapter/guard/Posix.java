package adfer.adapter.guard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The few calls of Linux that Java has no words for. */
@SuppressWarnings("restricted")
final class Posix {
    private static final int CLOCK_BOOTTIME = 7;
    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final Linker LINKER = Linker.nativeLinker();

    private final MethodHandle clockGettime =
            function(
                    "clock_gettime",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private final MethodHandle open =
            function(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private final MethodHandle write =
            function(
                    "write",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG));
    private final MethodHandle close =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private final MethodHandle ioctl =
            function(
                    "ioctl",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    private Posix() {}

    /** Empty where this is no Linux. */
    static Optional<Posix> linux() {
        try {
            return System.getProperty("os.name", "").equals("Linux")
                    ? Optional.of(new Posix())
                    : Optional.empty();
        } catch (NoSuchElementException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static MethodHandle function(
            String name, FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), shape, options);
    }

    /** Nanoseconds of the clock that goes on while the machine sleeps. */
    long bootTime() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int failed = (int) clockGettime.invokeExact(CLOCK_BOOTTIME, time);
            if (failed != 0) {
                throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME) failed");
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a device for writing and returns its descriptor. */
    int open(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom(path), O_WRONLY | O_CLOEXEC);
            if (descriptor < 0) {
                throw new IOException(path + " can't be opened for writing");
            }
            return descriptor;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void write(int descriptor, byte what) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(1);
            bytes.set(ValueLayout.JAVA_BYTE, 0, what);
            long written = (long) write.invokeExact(descriptor, bytes, 1L);
            if (written != 1) {
                throw new IOException("nothing could be written");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands an int over to a device and returns what it made of it; empty where it refuses. */
    Optional<Integer> control(int descriptor, long request, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment given = arena.allocate(ValueLayout.JAVA_INT);
            given.set(ValueLayout.JAVA_INT, 0, value);
            int failed = (int) ioctl.invokeExact(descriptor, request, given);
            return failed < 0 ? Optional.empty() : Optional.of(given.get(ValueLayout.JAVA_INT, 0));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) close.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
