package adfer.adapter.probe;

import adfer.adapter.probe.Resolver.Unresolved;
import adfer.kernel.Result;
import adfer.port.NtpServer;
import adfer.port.Prober;
import adfer.runbook.ProbeSpec;
import adfer.runbook.ProbeSpec.Protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

/**
 * Asks over the network, on the caller's thread. Every question has its own connection and its own
 * deadline, which no server can stretch; a fixed number may be under way at one time.
 */
public final class NetworkProber implements Prober, NtpServer, AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore slots;
    private final Resolver resolver;
    private final HttpQuestion http;

    /** With the certificates this Java trusts, and at most 256 questions at one time. */
    public NetworkProber() {
        this(defaultTls(), 256);
    }

    /**
     * @param tls whom HTTPS questions trust
     * @param atOnce the most questions under way at one time; more wait, within their timeouts
     */
    public NetworkProber(SSLContext tls, int atOnce) {
        this(tls, atOnce, InetAddress::getByName);
    }

    NetworkProber(SSLContext tls, int atOnce, Resolver.Lookup names) {
        slots = new Semaphore(atOnce, true);
        resolver = new Resolver(names);
        http = new HttpQuestion(tls, threads);
    }

    @Override
    public Answer ask(ProbeSpec spec, Duration timeout) {
        long began = System.nanoTime();
        Seen seen = inSlot(timeout, deadline -> put(spec, timeout, deadline), Seen::no);
        return new Answer(seen.yes(), seen.sentence(), Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public Result<Reading> read(String host, int port, Duration timeout) {
        return inSlot(
                timeout,
                deadline -> time(host, port, timeout, deadline),
                sentence -> Result.refused("no-time", sentence));
    }

    @Override
    public void close() {
        resolver.close();
        threads.shutdownNow();
    }

    private Seen put(ProbeSpec spec, Duration timeout, Deadline deadline)
            throws Unresolved, InterruptedException {
        return switch (spec) {
            case ProbeSpec.Http question -> web(question, timeout, deadline);
            case ProbeSpec.Tcp(var host, var port) -> connect(host, port, timeout, deadline);
            case ProbeSpec.Service(var protocol, var host, var port) ->
                    protocol == Protocol.NTP
                            ? clock(host, port, timeout, deadline)
                            : Greetings.hear(
                                    protocol,
                                    find(host, port, deadline),
                                    Words.address(host, port),
                                    port,
                                    timeout,
                                    deadline);
            case ProbeSpec.Script script ->
                    throw new IllegalArgumentException(script + " is not for the network");
        };
    }

    private Seen web(ProbeSpec.Http question, Duration timeout, Deadline deadline)
            throws Unresolved, InterruptedException {
        URI uri;
        try {
            uri = new URI(question.url());
        } catch (URISyntaxException e) {
            return Seen.no("the probe's URL is malformed: write http://host:port/path");
        }
        String scheme = String.valueOf(uri.getScheme());
        String host = uri.getHost();
        if (host == null || !scheme.matches("(?i)https?")) {
            return Seen.no("the probe's URL is malformed: write http://host:port/path");
        }
        InetAddress address =
                find(host.replaceAll("[\\[\\]]", ""), HttpQuestion.port(uri), deadline);
        return http.ask(question, uri, address, timeout, deadline);
    }

    private Seen connect(String host, int port, Duration timeout, Deadline deadline)
            throws Unresolved, InterruptedException {
        InetAddress address = find(host, port, deadline);
        String who = Words.address(host, port);
        try (Line line = new Line(deadline)) {
            line.connect(new InetSocketAddress(address, port));
            return Seen.yes(who + " took the connection");
        } catch (IOException e) {
            return Seen.no(Words.notConnected(who, e, timeout));
        }
    }

    private Seen clock(String host, int port, Duration timeout, Deadline deadline)
            throws Unresolved, InterruptedException {
        String who = Words.address(host, port);
        return switch (time(host, port, timeout, deadline)) {
            case Result.Ok<Reading>(var reading) -> Seen.yes(said(who, reading));
            case Result.Refused<Reading>(var problems) -> Seen.no(problems.getFirst().sentence());
        };
    }

    private static String said(String who, Reading reading) {
        long millis = reading.offset().toMillis();
        return who
                + " tells the time at stratum "
                + reading.stratum()
                + "; this node's clock is "
                + Math.abs(millis)
                + " ms "
                + (millis >= 0 ? "behind" : "ahead");
    }

    private Result<Reading> time(String host, int port, Duration timeout, Deadline deadline)
            throws Unresolved, InterruptedException {
        InetAddress address = find(host, port, deadline);
        return NtpQuestion.ask(address, Words.address(host, port), port, timeout, deadline);
    }

    private InetAddress find(String host, int port, Deadline deadline)
            throws Unresolved, InterruptedException {
        if (port < 1 || port > 65_535) {
            throw new Unresolved(port + " is no port: give one from 1 to 65535");
        }
        return resolver.find(host, deadline);
    }

    private <T> T inSlot(
            Duration timeout, Question<T> question, java.util.function.Function<String, T> no) {
        Deadline deadline = Deadline.in(timeout);
        try {
            if (!slots.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
                return no.apply("not asked: too many probes are under way at this node");
            }
            try {
                return question.put(deadline);
            } finally {
                slots.release();
            }
        } catch (Unresolved e) {
            return no.apply(e.sentence());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return no.apply("the question was broken off");
        }
    }

    private interface Question<T> {
        T put(Deadline deadline) throws Unresolved, InterruptedException;
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }
}
