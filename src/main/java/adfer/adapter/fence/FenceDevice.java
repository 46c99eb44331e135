package adfer.adapter.fence;

import adfer.kernel.SecretRef;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The power switch of one host, and how its agent reaches it.
 *
 * @param agent the program
 * @param options what it is told, by the agent's own keys; nothing secret
 * @param secrets what it is told besides, by key, and where that is found
 * @param timeout how long one call may take, 1 s to 10 min
 * @param attempts how often it is tried, 1 to 10
 */
public record FenceDevice(
        Path agent,
        SortedMap<String, String> options,
        SortedMap<String, SecretRef> secrets,
        Duration timeout,
        int attempts) {
    public FenceDevice {
        options = new TreeMap<>(options);
        secrets = new TreeMap<>(secrets);
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0
                || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be 1 s to 10 min, not " + timeout.toMillis() + " ms.");
        }
        if (attempts < 1 || attempts > 10) {
            throw new IllegalArgumentException("attempts must be 1 to 10, not " + attempts + ".");
        }
        for (String key : options.keySet()) {
            checkKey(key);
        }
        for (Map.Entry<String, SecretRef> secret : secrets.entrySet()) {
            checkKey(secret.getKey());
            if (options.containsKey(secret.getKey())) {
                throw new IllegalArgumentException(
                        "'" + secret.getKey() + "' stands under options and under secrets.");
            }
        }
        options.forEach((key, value) -> {
            if (key.startsWith("passw")) {
                throw new IllegalArgumentException(
                        "'"
                                + key
                                + "' belongs under secrets, as "
                                + SecretRef.FORMS
                                + "; the configuration holds no secret.");
            }
            if (value.lines().count() > 1) {
                throw new IllegalArgumentException("'" + key + "' has several lines.");
            }
        });
    }

    /** The agent's own switches for what to do and for saying more than we want to hear. */
    private static void checkKey(String key) {
        boolean ours =
                key.equals("action")
                        || key.equals("option")
                        || key.startsWith("verbose")
                        || key.startsWith("debug");
        if (ours || !key.matches("[a-zA-Z0-9_-]{1,60}")) {
            throw new IllegalArgumentException(
                    "'" + key + "' can't be given to a fence agent here.");
        }
    }

    String name() {
        return agent.getFileName().toString();
    }
}
