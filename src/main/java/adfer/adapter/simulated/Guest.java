package adfer.adapter.simulated;

/** A running guest as its clients meet it; any thread. */
interface Guest {
    /** How it is at this moment. */
    GuestState state();

    /** Tells it what it is to be, such as the primary of a pair; it forgets when it is off. */
    void play(String role);
}
