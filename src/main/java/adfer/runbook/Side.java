package adfer.runbook;

/**
 * Where a step acts, seen from the operation: the site that gives the service up, or the one that
 * takes it over.
 */
public enum Side {
    SOURCE,
    TARGET
}
