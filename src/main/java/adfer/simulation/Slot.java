package adfer.simulation;

import adfer.state.Entry;

import java.util.Optional;

/**
 * One place of a node's log.
 *
 * @param entry empty for what a new leader writes for itself
 */
record Slot(long term, Optional<Entry> entry) {}
