package adfer.adapter.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import adfer.adapter.guard.Message.Ask;
import adfer.adapter.guard.Message.Confirm;
import adfer.adapter.guard.Message.No;
import adfer.adapter.guard.Message.Taken;
import adfer.adapter.guard.Message.Ticket;
import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.HostId;
import adfer.kernel.SiteId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;
import adfer.port.Guards.Tickets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** The protocol between nodes and guards, over real sockets. */
class GuardLinkTest {
    private static final SiteId SITE = new SiteId("a");
    private static final HostId ONE = new HostId("a-host-1");
    private static final HostId TWO = new HostId("a-host-2");
    private static final GuardKey KEY = GuardKey.of("the key of these tests".getBytes(UTF_8));
    private static final GuardKey OTHER = GuardKey.of("another key altogether".getBytes(UTF_8));
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Set<GroupId> MAIL = Set.of(new GroupId("mail"));
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<Message> heard = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
    }

    @Test
    void ticketsAndConfirmationsReachEveryGuard() throws IOException {
        GuardLink link = link(KEY, Map.of(ONE, guard(ONE), TWO, guard(TWO)));
        Tickets tickets = link.ask(List.of(), LONG);
        assertThat(tickets.byHost()).containsEntry(ONE, 7L).containsEntry(TWO, 7L);
        assertThat(link.confirm(tickets, claims(3), LONG))
                .containsExactly(Map.entry(ONE, MAIL), Map.entry(TWO, MAIL));
        assertThat(heard).contains(new Confirm(7, claims(3)));
        assertThat(link.longestStops()).containsEntry(ONE, Duration.ofMillis(42));
        assertThat(link.expected()).containsExactly(ONE, TWO);
    }

    @Test
    void guardThatRefusesAGroupMayTakeTheOthers() throws IOException {
        GroupId wiki = new GroupId("wiki");
        int port =
                serve(
                        ONE,
                        KEY,
                        message ->
                                message instanceof Ask
                                        ? new Ticket(7, Duration.ZERO, List.of())
                                        : new Taken(List.of(wiki)));
        GuardLink link = link(KEY, Map.of(ONE, port));
        List<Claim> claims = new ArrayList<>(claims(1));
        claims.add(new Claim(wiki, new Epoch(2), WhenIsolated.STOP, List.of()));
        assertThat(link.confirm(link.ask(List.of(), LONG), claims, LONG))
                .containsExactly(Map.entry(ONE, MAIL));
    }

    @Test
    void thousandsOfVmsAreClaimedInOneConfirmation() throws IOException {
        GuardLink link = link(KEY, Map.of(ONE, guard(ONE)));
        assertThat(link.confirm(link.ask(List.of(), LONG), claims(20_000), LONG))
                .containsOnlyKeys(ONE);
        assertThat(heard).contains(new Confirm(7, claims(20_000)));
    }

    @Test
    void guardThatIsGoneIsMissingAndTheOthersAnswer() throws IOException {
        GuardLink link = link(KEY, Map.of(ONE, guard(ONE), TWO, unusedPort()));
        assertThat(link.ask(List.of(), LONG).byHost()).containsOnlyKeys(ONE);
    }

    @Test
    void guardThatRefusesIsMissing() throws IOException {
        int port = serve(ONE, KEY, message -> new No("not-armed", "It hangs."));
        GuardLink link = link(KEY, Map.of(ONE, port));
        assertThat(link.ask(List.of(), LONG).byHost()).isEmpty();
        assertThat(
                        link.confirm(
                                new Tickets(new TreeMap<>(Map.of(ONE, 7L)), List.of()),
                                claims(1),
                                LONG))
                .isEmpty();
    }

    @Test
    void guardThatIsSilentCostsNoMoreThanTheTimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            GuardLink link = link(KEY, Map.of(ONE, silent.getLocalPort(), TWO, guard(TWO)));
            assertThat(link.ask(List.of(), Duration.ofSeconds(1)).byHost()).containsOnlyKeys(TWO);
        }
    }

    @Test
    void nodeWithAnotherKeyLearnsAndChangesNothing() throws IOException {
        GuardLink link = link(OTHER, Map.of(ONE, guard(ONE)));
        assertThat(link.ask(List.of(), LONG).byHost()).isEmpty();
        assertThat(
                        link.confirm(
                                new Tickets(new TreeMap<>(Map.of(ONE, 7L)), List.of()),
                                claims(1),
                                LONG))
                .isEmpty();
        assertThat(heard).isEmpty();
    }

    /** A caller that does not check the guard's proof is still refused by the guard. */
    @Test
    void callerWithAnotherKeyIsRefusedByTheGuard() throws IOException {
        try (Socket socket = connect(guard(ONE))) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {'A', 'D', 'F', 'G', 1});
            out.write(new byte[32]);
            assertThat(socket.getInputStream().readNBytes(64)).hasSize(64);
            out.write(new byte[4 + 32]);
            assertHungUp(socket);
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void guardOfAnotherHostIsNotTakenForThisOne() throws IOException {
        GuardLink link = link(KEY, Map.of(TWO, guard(ONE)));
        assertThat(link.ask(List.of(), LONG).byHost()).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void recordedConversationCanNotBeReplayed() throws Exception {
        int port = guard(ONE);
        byte[] said = record(port);
        assertThat(heard).containsExactly(new Ask(List.of()));
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(said);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).hasSize(64);
        }
        assertThat(heard).containsExactly(new Ask(List.of()));
    }

    @Test
    void frameRepeatedWithinAConversationIsRefused() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket caller = connect(server.getLocalPort());
                Socket called = server.accept();
                Recorder recorded = new Recorder(caller)) {
            Thread answering =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    var _ = Conversation.call(recorded, KEY, "x", LONG);
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            Conversation guard = Conversation.answer(called, KEY, "x", LONG);
            await().until(() -> !answering.isAlive());
            byte[] said = recorded.said();
            caller.getOutputStream().write(said, said.length - 36, 36);
            assertThatThrownBy(guard::receive).hasMessageContaining("repeats");
        }
    }

    @Test
    void garbageIsDroppedAndTheGuardGoesOn() throws IOException {
        int port = guard(ONE);
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: guard\r\n\r\n".getBytes(UTF_8));
            assertHungUp(socket);
        }
        assertThat(link(KEY, Map.of(ONE, port)).ask(List.of(), LONG).byHost())
                .containsOnlyKeys(ONE);
    }

    @Test
    void slowCallerIsHungUpOn() throws IOException {
        try (Socket socket = connect(guard(ONE, SHORT))) {
            socket.getOutputStream().write('A');
            assertHungUp(socket);
        }
    }

    @Test
    void callersBeyondTheBoundAreHungUpOnAndTheGuardRecovers() throws IOException {
        int port = guard(ONE, SHORT);
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = connect(port);
            open.add(socket);
            idle.add(socket);
        }
        for (Socket socket : idle) {
            assertHungUp(socket);
        }
        GuardLink link = link(KEY, Map.of(ONE, port));
        await().until(() -> link.ask(List.of(), LONG).byHost().containsKey(ONE));
    }

    @Test
    void everyMessageIsReadAsItWasWritten() throws IOException {
        for (Message message :
                List.of(
                        new Ask(List.of()),
                        new Confirm(-1, claims(2)),
                        new Ticket(
                                Long.MIN_VALUE,
                                Duration.ofNanos(5),
                                List.of(
                                        new Stopped(
                                                new VmId("vm-1"),
                                                new GroupId("mail"),
                                                new Epoch(3),
                                                7))),
                        new Taken(List.of()),
                        new Taken(List.of(new GroupId("mail"), new GroupId("wiki"))),
                        new No("code", "Sentence."))) {
            byte[] written = message.written();
            assertThat(Message.read(written)).isEqualTo(message);
            assertThatThrownBy(() -> Message.read(Arrays.copyOf(written, written.length + 1)))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Message.read(Arrays.copyOf(written, written.length - 1)))
                    .isInstanceOf(IOException.class);
        }
    }

    private static List<Claim> claims(int vms) {
        List<VmId> ids = new ArrayList<>();
        for (int i = 0; i < vms; i++) {
            ids.add(new VmId("6b0f1d0a-2f5e-4c55-9f0e-%012d".formatted(i)));
        }
        return List.of(new Claim(new GroupId("mail"), new Epoch(5), WhenIsolated.SUSPEND, ids));
    }

    private int guard(HostId host) throws IOException {
        return guard(host, LONG);
    }

    private int guard(HostId host, Duration patience) throws IOException {
        return serve(host, KEY, patience, this::answer);
    }

    private Message answer(Message message) {
        heard.add(message);
        return message instanceof Ask
                ? new Ticket(7, Duration.ofMillis(42), List.of())
                : new Taken(List.of());
    }

    private int serve(HostId host, GuardKey key, UnaryOperator<Message> desk) throws IOException {
        return serve(host, key, LONG, desk);
    }

    private int serve(HostId host, GuardKey key, Duration patience, UnaryOperator<Message> desk)
            throws IOException {
        GuardServer server =
                GuardServer.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        key,
                        GuardLink.name(SITE, host),
                        patience,
                        Optional.empty(),
                        desk);
        open.add(server);
        return server.port();
    }

    private GuardLink link(GuardKey key, Map<HostId, Integer> ports) {
        Map<HostId, GuardLink.Address> guards = new TreeMap<>();
        ports.forEach((host, port) -> guards.put(host, new GuardLink.Address("127.0.0.1", port)));
        GuardLink link = new GuardLink(SITE, key, guards, Duration.ofSeconds(3), Optional.empty());
        open.add(link);
        return link;
    }

    /** Asks for a ticket and returns every byte that was said. */
    private byte[] record(int port) throws IOException {
        try (Recorder socket = new Recorder(connect(port))) {
            Conversation talk = Conversation.call(socket, KEY, GuardLink.name(SITE, ONE), LONG);
            talk.send(new Ask(List.of()).written());
            assertThat(Message.read(talk.receive())).isInstanceOf(Ticket.class);
            return socket.said();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The end of the stream, or a reset where something sent was left unread. */
    private static void assertHungUp(Socket socket) {
        try {
            byte[] rest = socket.getInputStream().readAllBytes();
            assertThat(rest.length).isLessThanOrEqualTo(64);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the guard did not hang up", e);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** A socket that remembers what was sent. */
    private static final class Recorder extends Socket {
        private final Socket inner;
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();

        Recorder(Socket inner) {
            this.inner = inner;
        }

        byte[] said() {
            return said.toByteArray();
        }

        @Override
        public void setTcpNoDelay(boolean on) {
            // as it is
        }

        @Override
        public synchronized void setSoTimeout(int millis) throws SocketException {
            inner.setSoTimeout(millis);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return inner.getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = inner.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    said.write(one);
                    out.write(one);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    said.write(bytes, from, length);
                    out.write(bytes, from, length);
                }
            };
        }

        @Override
        public synchronized void close() throws IOException {
            inner.close();
        }
    }
}
