package adfer.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of the addresses that a cluster names for its nodes a session may be shown to besides those
 * it was got at. By TLS, each has to prove that it is what it is called. By plain HTTP, nothing
 * does: there it is this machine alone, and only for a session that was got on it.
 */
final class Kin {
    /** No cluster has so many nodes. */
    private static final int MOST = 20;

    private Kin() {}

    /**
     * @param asked where somebody signed in, as he or she typed it
     * @param named what the node that answered calls the nodes of its cluster
     * @return those asked, and after them those named that may see the session
     */
    static List<String> of(List<String> asked, List<String> named) {
        boolean here = asked.stream().allMatch(Kin::loopback);
        Set<String> all = new LinkedHashSet<>(asked);
        named.stream()
                .limit(MOST)
                .filter(node -> secured(node) || (here && loopback(node)))
                .forEach(all::add);
        return List.copyOf(all);
    }

    private static boolean loopback(String node) {
        return node.matches("http://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]{1,5})?");
    }

    /** TLS, and nothing besides host and port. */
    private static boolean secured(String node) {
        try {
            URI address = new URI(node);
            return address.getHost() != null
                    && address.getUserInfo() == null
                    && node.equals("https://" + address.getAuthority());
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
