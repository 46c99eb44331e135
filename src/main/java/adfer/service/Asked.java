package adfer.service;

/** What became of what somebody asked: it is done, or a second person has to confirm it first. */
public sealed interface Asked<T> {
    record Done<T>(T value) implements Asked<T> {}

    record Waits<T>(Views.WishView wish) implements Asked<T> {}
}
