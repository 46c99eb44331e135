package adfer.adapter.probe;

import org.apache.commons.net.ntp.NtpV3Impl;
import org.apache.commons.net.ntp.NtpV3Packet;
import org.apache.commons.net.ntp.TimeStamp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** A time server that is off by a given time, its answers spoilt in a given way. */
public final class FalseClock implements AutoCloseable {
    private final DatagramSocket socket;
    private final Consumer<NtpV3Packet> spoil;
    private final long offMillis;

    public FalseClock(Consumer<NtpV3Packet> spoil, long offMillis) throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.spoil = spoil;
        this.offMillis = offMillis;
        Thread.ofVirtual().start(this::serve);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Off by that much, and otherwise a good server. */
    public static FalseClock offBy(Duration off) throws IOException {
        return new FalseClock(answer -> {}, off.toMillis());
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[48];
        while (!socket.isClosed()) {
            try {
                DatagramPacket asked = new DatagramPacket(buffer, buffer.length);
                socket.receive(asked);
                DatagramPacket packet = answer(asked).getDatagramPacket();
                packet.setSocketAddress(asked.getSocketAddress());
                socket.send(packet);
            } catch (IOException e) {
                return;
            }
        }
    }

    private NtpV3Packet answer(DatagramPacket asked) {
        NtpV3Impl question = new NtpV3Impl();
        question.setDatagramPacket(asked);
        TimeStamp now = TimeStamp.getNtpTime(System.currentTimeMillis() + offMillis);
        NtpV3Impl answer = new NtpV3Impl();
        answer.setMode(NtpV3Packet.MODE_SERVER);
        answer.setVersion(NtpV3Packet.VERSION_3);
        answer.setStratum(2);
        answer.setOriginateTimeStamp(question.getTransmitTimeStamp());
        answer.setReceiveTimeStamp(now);
        answer.setTransmitTime(now);
        spoil.accept(answer);
        return answer;
    }
}
