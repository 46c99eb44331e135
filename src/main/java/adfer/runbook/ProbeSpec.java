package adfer.runbook;

import adfer.kernel.Sorted;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One question that can be put to a running service. {@code host} is an address, or a protected
 * VM's name.
 */
public sealed interface ProbeSpec {
    /**
     * @param expect the status looked for, 0 for any of 200 to 399
     * @param contains text looked for in the body
     */
    record Http(String url, int expect, Optional<String> contains) implements ProbeSpec {
        @Override
        public String toString() {
            return "http " + url;
        }
    }

    record Tcp(String host, int port) implements ProbeSpec {
        @Override
        public String toString() {
            return "tcp " + host + ":" + port;
        }
    }

    /** A greeting of a protocol that Commons Net speaks. */
    record Service(Protocol protocol, String host, int port) implements ProbeSpec {
        @Override
        public String toString() {
            return protocol.name().toLowerCase(java.util.Locale.ROOT) + " " + host + ":" + port;
        }
    }

    /** An executable of the runbook's folder; exit 0 means yes. */
    record Script(String run, List<String> arguments, SortedMap<String, String> environment)
            implements ProbeSpec {
        public Script {
            arguments = List.copyOf(arguments);
            environment = Sorted.copy(environment);
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
    }
}
