package adfer.inventory;

import adfer.kernel.StoreId;

/**
 * A storage pool of a site.
 *
 * @param shared true when the other site sees the very same content under the same name
 */
public record Store(StoreId id, long capacityBytes, long freeBytes, boolean shared) {}
