package adfer.simulation;

/**
 * What a world is heavy in. Where there is a little of everything, one rare thing meets another too
 * seldom; so most worlds lean to one side.
 */
enum Theme {
    /** A little of everything. */
    MIXED,
    /** Runbooks that let VMs run on, and are changed again and again at the worst moment. */
    KEEPING,
    /** Hosts are fenced, by switches that often lie, and switched on again in a moment. */
    FENCING,
    /** People answer for sites that have lost their power, and are back in a moment. */
    WORDS,
    /** Majorities are lost for long, often without a witness, and people take over. */
    PARTED;

    /** The seeds take turns, so that those of one kind are the same whatever becomes of another. */
    static Theme of(long seed) {
        return switch ((int) Math.floorMod(seed, 5L)) {
            case 1 -> KEEPING;
            case 2 -> FENCING;
            case 3 -> WORDS;
            case 4 -> PARTED;
            default -> MIXED;
        };
    }

    /** So many of a hundred sites have a second node. */
    int secondNodes() {
        return switch (this) {
            case MIXED, FENCING -> 70;
            case KEEPING -> 25;
            case WORDS, PARTED -> 50;
        };
    }

    /** So many of a hundred sites have a second hypervisor host. */
    int secondHosts() {
        return this == FENCING ? 30 : 50;
    }

    /** So many of a hundred runbooks let VMs run on. */
    int keeping() {
        return switch (this) {
            case MIXED, WORDS, PARTED -> 20;
            case KEEPING, FENCING -> 50;
        };
    }

    /** So often of a hundred times an operator has a group moved that could as well stay. */
    int wishing() {
        return this == KEEPING ? 3 : 10;
    }

    /** In so many of a hundred worlds one person's word is enough. */
    int alone() {
        return this == WORDS ? 75 : 25;
    }

    /** The longest time between two faults that come by themselves, in milliseconds. */
    int pause() {
        return switch (this) {
            case MIXED, FENCING, WORDS -> 9_000;
            case KEEPING -> 120_000;
            case PARTED -> 30_000;
        };
    }

    /** So many of a hundred faults are losses of power, besides those that are anyway. */
    int darkness() {
        return this == WORDS ? 25 : 0;
    }

    /** So many of a hundred faults cut a site off, besides those that do anyway. */
    int loneliness() {
        return this == FENCING ? 15 : 0;
    }

    /** So often of a thousand times something comes between what a node has in mind and its act. */
    int tempted() {
        return switch (this) {
            case MIXED, KEEPING, FENCING, PARTED -> 120;
            case WORDS -> 250;
        };
    }

    /** So often of a hundred times people who hear nothing of a site have it fenced. */
    int fencing() {
        return this == FENCING ? 80 : 30;
    }

    /** So often of a thousand times people do to a site that is well what they should not. */
    int touchiness() {
        return this == FENCING ? 60 : 20;
    }

    /** So many of a hundred switches that failed say that they worked. */
    int lies() {
        return this == FENCING ? 80 : 33;
    }
}
