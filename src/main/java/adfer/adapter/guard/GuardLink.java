package adfer.adapter.guard;

import adfer.adapter.guard.Message.Confirm;
import adfer.adapter.guard.Message.No;
import adfer.adapter.guard.Message.Taken;
import adfer.adapter.guard.Message.Ticket;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.Sorted;
import adfer.lease.Claim;
import adfer.lease.Stopped;
import adfer.port.Guards;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A node's link to the guards of its site: a short connection for each question, to all guards at
 * once. Says in the log when a guard is lost and when it is back.
 */
public final class GuardLink implements Guards {
    private static final Logger log = LoggerFactory.getLogger(GuardLink.class);
    private static final String FINE = "";

    private final SiteId site;
    private final GuardKey key;
    private final SortedMap<HostId, Address> guards;
    private final Duration longestStop;
    private final Optional<GuardTls> tls;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    /** Why a guard is missing at present; empty text for one that answers. */
    private final Map<HostId, String> troubles = new ConcurrentHashMap<>();

    private final Map<HostId, Duration> longestStops = new ConcurrentHashMap<>();

    /**
     * Where a guard listens.
     *
     * @param host an address, or a name that is looked up at each connection
     */
    public record Address(String host, int port) {}

    /**
     * @param longestStop how long a stop may take as the leases have it; a guard that has seen a
     *     longer one is named in the log
     * @param tls around every connection; none on loopback and in closed networks
     */
    public GuardLink(
            SiteId site,
            GuardKey key,
            Map<HostId, Address> guards,
            Duration longestStop,
            Optional<GuardTls> tls) {
        this.site = site;
        this.key = key;
        this.guards = Sorted.copy(guards);
        this.longestStop = longestStop;
        this.tls = tls;
    }

    /** What a guard proves to be. */
    public static String name(SiteId site, HostId host) {
        return site + " " + host;
    }

    @Override
    public Tickets ask(List<Claim> claims, Duration timeout) {
        SortedMap<HostId, Message> questions = new TreeMap<>();
        guards.keySet().forEach(host -> questions.put(host, new Message.Ask(claims)));
        SortedMap<HostId, Long> tickets = new TreeMap<>();
        List<Stopped> stopped = new ArrayList<>();
        exchange(questions, timeout)
                .forEach((host, answer) -> {
                    if (answer instanceof Ticket(long ticket, Duration longest, var ended)) {
                        tickets.put(host, ticket);
                        stopped.addAll(ended);
                        compare(host, longest);
                    }
                });
        return new Tickets(tickets, stopped);
    }

    @Override
    public SortedMap<HostId, Set<GroupId>> confirm(
            Tickets tickets, List<Claim> claims, Duration timeout) {
        SortedMap<HostId, Message> news = new TreeMap<>();
        tickets.byHost()
                .forEach((host, ticket) -> {
                    if (guards.containsKey(host)) {
                        news.put(host, new Confirm(ticket, claims));
                    }
                });
        SortedMap<HostId, Set<GroupId>> taken = new TreeMap<>();
        exchange(news, timeout)
                .forEach((host, answer) -> {
                    if (answer instanceof Taken(List<GroupId> refused)) {
                        taken.put(
                                host,
                                claims.stream()
                                        .map(Claim::group)
                                        .filter(group -> !refused.contains(group))
                                        .collect(Collectors.toSet()));
                    }
                });
        return taken;
    }

    @Override
    public SortedSet<HostId> expected() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(guards.keySet()));
    }

    @Override
    public SortedMap<HostId, Duration> longestStops() {
        return Sorted.copy(longestStops);
    }

    private SortedMap<HostId, Message> exchange(
            SortedMap<HostId, Message> questions, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        SortedMap<HostId, Future<Message>> calls = new TreeMap<>();
        SortedMap<HostId, Message> answers = new TreeMap<>();
        try {
            questions.forEach((host, question) ->
                    calls.put(host, callers.submit(() -> call(host, question, timeout))));
        } catch (RejectedExecutionException e) {
            return answers;
        }
        calls.forEach((host, call) -> {
            try {
                long left = Math.max(0, deadline - System.nanoTime());
                Message answer = call.get(left, TimeUnit.NANOSECONDS);
                answers.put(host, answer);
                note(host, answer instanceof No(_, String sentence) ? sentence : FINE);
            } catch (ExecutionException e) {
                note(host, String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
            } catch (TimeoutException e) {
                note(host, "there was no answer within " + timeout.toMillis() + " ms");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                // Interrupting a virtual thread closes the socket that it waits for.
                call.cancel(true);
            }
        });
        return answers;
    }

    private Message call(HostId host, Message question, Duration timeout) throws IOException {
        Address address = guards.get(host);
        if (address == null) {
            throw new IOException("there is no guard of that name");
        }
        int limit = Math.toIntExact(Math.max(1, timeout.toMillis()));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.host(), address.port()), limit);
            socket.setSoTimeout(limit);
            try (Socket secured = secured(socket, host, address)) {
                Conversation talk = Conversation.call(secured, key, name(site, host), timeout);
                talk.send(question.written());
                return Message.read(talk.receive());
            }
        }
    }

    private Socket secured(Socket connected, HostId host, Address address) throws IOException {
        return tls.isPresent() ? tls.get().call(connected, host.value(), address) : connected;
    }

    private void note(HostId host, String trouble) {
        String before = troubles.put(host, trouble);
        if (trouble.equals(before == null ? FINE : before)) {
            return;
        }
        if (trouble.isEmpty()) {
            log.info("The guard of host {} is back.", host);
        } else {
            log.warn("No lease is renewed with the guard of host {}: {}", host, trouble);
        }
    }

    private void compare(HostId host, Duration longest) {
        Duration before = longestStops.put(host, longest);
        if (longest.compareTo(longestStop) > 0 && !longest.equals(before)) {
            log.error(
                    "On host {} a stop took {} ms, but leases.stop says {} ms: raise it, or find"
                            + " out why.",
                    host,
                    longest.toMillis(),
                    longestStop.toMillis());
        }
    }

    @Override
    public void close() {
        callers.shutdownNow();
    }
}
