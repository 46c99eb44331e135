package adfer.runbook;

import adfer.kernel.SecretRef;
import adfer.kernel.Sorted;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One question that can be put to a running service. In a runbook a host is an address, a name that
 * the resolver knows, or a protected VM's name, and {@code {vm}} stands for each VM of the step in
 * turn; in a plan VM names have become addresses.
 */
public sealed interface ProbeSpec {
    /** The host it asks; empty for a script. */
    Optional<String> asked();

    /** The secrets that it takes. */
    default Stream<SecretRef> references() {
        return this instanceof Script script ? script.secrets().values().stream() : Stream.of();
    }

    /** The same question put to another host. */
    ProbeSpec to(String other);

    /**
     * @param url of the scheme http or https
     * @param expect the status looked for, 0 for any of 200 to 399
     * @param contains text looked for in the body
     */
    record Http(String url, int expect, Optional<String> contains) implements ProbeSpec {
        private static final Pattern SHAPE =
                Pattern.compile(
                        "(https?://)(\\[[0-9a-fA-F:.]+]|[^/:?#\\[\\]@\\s]+)(:\\d{1,5})?([/?#]\\S*)?");

        /** Whether {@code url} can be asked. */
        public static boolean wellFormed(String url) {
            return SHAPE.matcher(url).matches();
        }

        @Override
        public Optional<String> asked() {
            Matcher shape = SHAPE.matcher(url);
            return shape.matches()
                    ? Optional.of(shape.group(2).replace("[", "").replace("]", ""))
                    : Optional.empty();
        }

        @Override
        public ProbeSpec to(String other) {
            Matcher shape = SHAPE.matcher(url);
            if (!shape.matches()) {
                return this;
            }
            String port = shape.group(3) == null ? "" : shape.group(3);
            String rest = shape.group(4) == null ? "" : shape.group(4);
            String there = other.indexOf(':') >= 0 ? "[" + other + "]" : other;
            return new Http(shape.group(1) + there + port + rest, expect, contains);
        }

        @Override
        public String toString() {
            return "http " + url;
        }
    }

    record Tcp(String host, int port) implements ProbeSpec {
        @Override
        public Optional<String> asked() {
            return Optional.of(host);
        }

        @Override
        public ProbeSpec to(String other) {
            return new Tcp(other, port);
        }

        @Override
        public String toString() {
            return "tcp " + host + ":" + port;
        }
    }

    /** A greeting of a protocol that Commons Net speaks. */
    record Service(Protocol protocol, String host, int port) implements ProbeSpec {
        @Override
        public Optional<String> asked() {
            return Optional.of(host);
        }

        @Override
        public ProbeSpec to(String other) {
            return new Service(protocol, other, port);
        }

        @Override
        public String toString() {
            return protocol.word() + " " + host + ":" + port;
        }
    }

    /** An executable of the runbook's folder; exit 0 means yes. */
    record Script(
            String run,
            List<String> arguments,
            SortedMap<String, String> environment,
            SortedMap<String, SecretRef> secrets)
            implements ProbeSpec {
        public Script {
            arguments = List.copyOf(arguments);
            environment = Sorted.copy(environment);
            secrets = Sorted.copy(secrets);
        }

        @Override
        public Optional<String> asked() {
            return Optional.empty();
        }

        @Override
        public ProbeSpec to(String other) {
            return this;
        }

        @Override
        public String toString() {
            return "script " + run;
        }
    }

    enum Protocol {
        NTP(123),
        FTP(21),
        SMTP(25),
        POP3(110),
        IMAP(143),
        NNTP(119);

        private final int port;

        Protocol(int port) {
            this.port = port;
        }

        public int defaultPort() {
            return port;
        }

        /** The key that names it in a runbook. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
