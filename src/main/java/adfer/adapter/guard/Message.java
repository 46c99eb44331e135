package adfer.adapter.guard;

import adfer.kernel.Epoch;
import adfer.kernel.GroupId;
import adfer.kernel.VmId;
import adfer.lease.Claim;
import adfer.lease.Stopped;
import adfer.lease.WhenIsolated;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What nodes and guards say to each other, and how it is written. */
sealed interface Message {
    /**
     * A node's wish for a ticket, and what it is for: so the guard knows what to stop should the
     * confirmation never come.
     */
    record Ask(List<Claim> claims) implements Message {
        public Ask {
            claims = List.copyOf(claims);
        }
    }

    /** Renewals were committed after this ticket. */
    record Confirm(long ticket, List<Claim> claims) implements Message {
        public Confirm {
            claims = List.copyOf(claims);
        }
    }

    /**
     * An armed guard's answer to {@link Ask}.
     *
     * @param longestStop the longest time from the end of a lease until a VM was seen off
     * @param stopped what the guard had to stop and hasn't seen on since
     */
    record Ticket(long ticket, Duration longestStop, List<Stopped> stopped) implements Message {
        public Ticket {
            stopped = List.copyOf(stopped);
        }
    }

    /**
     * A {@link Confirm} was taken in and is on disk.
     *
     * @param refused the groups for which it wasn't
     */
    record Taken(List<GroupId> refused) implements Message {
        public Taken {
            refused = List.copyOf(refused);
        }
    }

    /** The guard won't, with a code and one sentence. */
    record No(String code, String sentence) implements Message {}

    int MOST_CLAIMS = 10_000;
    int MOST_VMS = 100_000;

    default byte[] written() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (this) {
                case Ask(List<Claim> claims) -> {
                    out.writeByte('A');
                    write(out, claims);
                }
                case Confirm(long ticket, List<Claim> claims) -> {
                    out.writeByte('C');
                    out.writeLong(ticket);
                    write(out, claims);
                }
                case Ticket(long ticket, Duration longestStop, List<Stopped> stopped) -> {
                    out.writeByte('T');
                    out.writeLong(ticket);
                    out.writeLong(longestStop.toNanos());
                    out.writeInt(stopped.size());
                    for (Stopped one : stopped) {
                        out.writeUTF(one.vm().value());
                        out.writeUTF(one.group().value());
                        out.writeLong(one.epoch().value());
                        out.writeLong(one.since());
                    }
                }
                case Taken(List<GroupId> refused) -> {
                    out.writeByte('K');
                    out.writeInt(refused.size());
                    for (GroupId group : refused) {
                        out.writeUTF(group.value());
                    }
                }
                case No(String code, String sentence) -> {
                    out.writeByte('N');
                    out.writeUTF(code);
                    out.writeUTF(sentence);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("it can't be written", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, List<Claim> claims) throws IOException {
        out.writeInt(claims.size());
        for (Claim claim : claims) {
            write(out, claim);
        }
    }

    private static void write(DataOutputStream out, Claim claim) throws IOException {
        out.writeUTF(claim.group().value());
        out.writeLong(claim.epoch().value());
        out.writeUTF(claim.whenIsolated().name());
        out.writeInt(claim.vms().size());
        for (VmId vm : claim.vms()) {
            out.writeUTF(vm.value());
        }
    }

    /**
     * @throws ProtocolException for anything that isn't exactly one message
     */
    static Message read(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Message message = read(in);
            if (in.available() > 0) {
                throw new ProtocolException("something follows the message");
            }
            return message;
        } catch (IllegalArgumentException | IOException e) {
            throw new ProtocolException("a message makes no sense: " + e.getMessage());
        }
    }

    private static Message read(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 'A' -> new Ask(claims(in));
            case 'C' -> new Confirm(in.readLong(), claims(in));
            case 'T' -> new Ticket(in.readLong(), Duration.ofNanos(in.readLong()), stopped(in));
            case 'K' -> new Taken(groups(in));
            case 'N' -> new No(in.readUTF(), in.readUTF());
            default -> throw new ProtocolException("its kind is unknown");
        };
    }

    private static List<Stopped> stopped(DataInputStream in) throws IOException {
        int count = count(in, MOST_VMS);
        List<Stopped> stopped = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stopped.add(
                    new Stopped(
                            new VmId(in.readUTF()),
                            new GroupId(in.readUTF()),
                            new Epoch(in.readLong()),
                            in.readLong()));
        }
        return stopped;
    }

    private static List<GroupId> groups(DataInputStream in) throws IOException {
        int count = count(in, MOST_CLAIMS);
        List<GroupId> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(new GroupId(in.readUTF()));
        }
        return groups;
    }

    private static List<Claim> claims(DataInputStream in) throws IOException {
        int count = count(in, MOST_CLAIMS);
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GroupId group = new GroupId(in.readUTF());
            Epoch epoch = new Epoch(in.readLong());
            WhenIsolated when = WhenIsolated.valueOf(in.readUTF());
            int size = count(in, MOST_VMS);
            List<VmId> vms = new ArrayList<>();
            for (int j = 0; j < size; j++) {
                vms.add(new VmId(in.readUTF()));
            }
            claims.add(new Claim(group, epoch, when, vms));
        }
        return claims;
    }

    private static int count(DataInputStream in, int most) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new ProtocolException(count + " of something");
        }
        return count;
    }
}
