package adfer.kernel;

/**
 * One value of the replicated state: a record that knows its own key. The whole state is a sorted
 * map of entities, which is why one mechanism serves the database, the snapshot and the
 * fingerprint.
 */
public interface Entity {
    Key key();
}
