package adfer.run;

import adfer.plan.Task;

import java.time.Duration;
import java.util.SplittableRandom;

/** What befalls each attempt in the world. */
interface Fates {
    enum Doom {
        NONE,
        CRASH_BEFORE,
        CRASH_AFTER,
        FAIL_BEFORE,
        FAIL_AFTER,
        /** The node lives, but its outcome never arrives. */
        FALL_SILENT,
        /** The effect happens twice. */
        TWICE
    }

    /**
     * @param before from the order to the effect
     * @param after from the effect to the outcome
     */
    record Fate(Doom doom, Duration before, Duration after) {
        static final Fate KIND = new Fate(Doom.NONE, Duration.ofSeconds(3), Duration.ofSeconds(1));

        static Fate of(Doom doom) {
            return new Fate(doom, KIND.before(), KIND.after());
        }
    }

    Fate of(Task task, TaskProgress attempt);

    /** Everything that can happen does; now and then a node sleeps so long that it is given up. */
    static Fates random(SplittableRandom random) {
        return (task, attempt) -> {
            Doom doom =
                    switch (random.nextInt(20)) {
                        case 0 -> Doom.CRASH_BEFORE;
                        case 1 -> Doom.CRASH_AFTER;
                        case 2, 3 -> Doom.FAIL_BEFORE;
                        case 4 -> Doom.FAIL_AFTER;
                        case 5 -> Doom.FALL_SILENT;
                        case 6 -> Doom.TWICE;
                        default -> Doom.NONE;
                    };
            return new Fate(doom, time(random), time(random));
        };
    }

    private static Duration time(SplittableRandom random) {
        boolean asleep = random.nextInt(15) == 0;
        return Duration.ofMillis(random.nextInt(asleep ? 300_000 : 8_000));
    }
}
