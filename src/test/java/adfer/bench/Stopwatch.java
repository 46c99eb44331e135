package adfer.bench;

import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Prints how long something took, on the wall and of the processor, per thing done. */
final class Stopwatch {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final long wall = System.nanoTime();
    private final long cpu = SYSTEM.getProcessCpuTime();

    void print(String what, long count) {
        double wallNanos = System.nanoTime() - wall;
        double cpuNanos = SYSTEM.getProcessCpuTime() - cpu;
        System.out.printf(
                Locale.ROOT,
                "%-44s %,9.0f/s  %,9.1f us each  %,9.1f us of processor  %,8.0f ms in all%n",
                what,
                count / wallNanos * 1e9,
                wallNanos / count / 1e3,
                cpuNanos / count / 1e3,
                wallNanos / 1e6);
    }

    static void printHeap(String what) {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        System.out.printf(Locale.ROOT, "%-44s %,9d MB of heap%n", what, used / 1_000_000);
    }
}
