package adfer.adapter.libvirt;

/** Names of libvirt's world as identifiers of ours. */
final class Names {
    private static final int LENGTH_AT_MOST = 120;

    private Names() {}

    /** The name with everything replaced that an identifier may not hold. */
    static String id(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._/-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        String id = plain.isEmpty() ? "unnamed" : plain;
        return id.length() <= LENGTH_AT_MOST
                ? id
                : id.substring(id.length() - LENGTH_AT_MOST).replaceFirst("^[^A-Za-z0-9]+", "x");
    }

    /**
     * The directory of a path, as the name of a store: {@code /srv/images/a.qcow2} is in {@code
     * srv/images}.
     */
    static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return id(slash < 1 ? "root" : path.substring(0, slash));
    }
}
