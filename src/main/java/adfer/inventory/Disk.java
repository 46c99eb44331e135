package adfer.inventory;

import adfer.kernel.StoreId;

/**
 * A VM's disk.
 *
 * @param device the name the guest knows it by, such as {@code vda}
 * @param path where the storage keeps it
 */
public record Disk(String device, StoreId store, String path, long sizeBytes) {}
