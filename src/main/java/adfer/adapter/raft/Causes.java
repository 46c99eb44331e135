package adfer.adapter.raft;

/** What an exception says at its root, for a sentence. */
final class Causes {
    private Causes() {}

    static String root(Throwable e) {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
