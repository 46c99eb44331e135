package adfer.port;

import java.util.Optional;

/**
 * What this node has to remember over its own restarts and can't commit to any log: one record of
 * each kind. Nothing in it is true for the cluster. May be called from any thread.
 */
public interface Memory {
    /** For what needs none. */
    Memory NONE =
            new Memory() {
                @Override
                public <T extends Record> Optional<T> find(Class<T> kind) {
                    return Optional.empty();
                }

                @Override
                public boolean keep(Record one) {
                    return false;
                }

                @Override
                public void forget(Class<? extends Record> kind) {}
            };

    /** Empty where there is none, or where it can't be read. */
    <T extends Record> Optional<T> find(Class<T> kind);

    /**
     * In the place of an earlier one of its kind.
     *
     * @return whether it is on the disk
     */
    boolean keep(Record one);

    void forget(Class<? extends Record> kind);
}
