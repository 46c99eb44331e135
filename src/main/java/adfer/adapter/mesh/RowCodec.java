package adfer.adapter.mesh;

import adfer.kernel.Generation;
import adfer.kernel.Id;
import adfer.kernel.NodeId;
import adfer.kernel.SiteId;
import adfer.mesh.Check;
import adfer.mesh.Facts;
import adfer.mesh.LinkView;
import adfer.mesh.Matrix.Aged;
import adfer.mesh.PathName;
import adfer.mesh.Row;

import org.pcollections.TreePMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Rows as bytes: first every name that occurs, once, then the rows, in which a name is its place in
 * that list. Sixteen nodes with three paths and names of twenty letters fit one datagram.
 */
final class RowCodec {
    private static final int UP = 1;
    private static final int HEARING = 2;
    private static final int HEARD = 4;
    private static final int MEASURED = 8;

    private static final int QUARANTINED = 1;
    private static final int LATER = 2;
    private static final int COUNTED = 4;

    private RowCodec() {}

    /**
     * As many rows as fit, in the order given. The first, which is the sender's own, is thinned out
     * if it must be: the clock offsets go first, then all but the best link to each peer.
     *
     * @return empty when not even that fits
     */
    static Optional<byte[]> write(List<Aged> rows, int limit) {
        List<Aged> chosen = new ArrayList<>();
        Optional<byte[]> written = Optional.empty();
        for (Aged row : rows) {
            for (Aged form : chosen.isEmpty() ? forms(row) : List.of(row)) {
                List<Aged> longer = new ArrayList<>(chosen);
                longer.add(form);
                byte[] bytes = write(longer);
                if (bytes.length <= limit) {
                    chosen = longer;
                    written = Optional.of(bytes);
                    break;
                }
            }
        }
        return written;
    }

    private static List<Aged> forms(Aged full) {
        Row row = full.row();
        return List.of(
                full,
                new Aged(with(row, row.links(), TreePMap.empty()), full.age()),
                new Aged(with(row, bestLinks(row), TreePMap.empty()), full.age()));
    }

    private static Row with(Row row, List<LinkView> links, SortedMap<NodeId, Duration> offsets) {
        return new Row(
                row.observer(),
                row.incarnation(),
                row.sequence(),
                row.stalled(),
                row.facts(),
                links,
                offsets);
    }

    private static List<LinkView> bestLinks(Row row) {
        Comparator<LinkView> best =
                Comparator.comparing(LinkView::up)
                        .thenComparing(LinkView::hearing)
                        .thenComparing(link -> link.lastHeard().isPresent());
        return row.links().stream()
                .map(LinkView::peer)
                .distinct()
                .map(peer -> row.linksTo(peer).stream().max(best).orElseThrow())
                .toList();
    }

    private static byte[] write(List<Aged> rows) {
        Map<Id, Integer> names = new LinkedHashMap<>();
        ByteWriter body = new ByteWriter();
        rows.forEach(row -> write(body, names, row));
        ByteWriter out = new ByteWriter();
        out.u8(names.size());
        names.keySet().forEach(out::name);
        out.u8(rows.size());
        out.bytes(body.toByteArray());
        return out.toByteArray();
    }

    private static int place(Map<Id, Integer> names, Id name) {
        return names.computeIfAbsent(name, absent -> names.size());
    }

    private static void write(ByteWriter out, Map<Id, Integer> names, Aged aged) {
        Row row = aged.row();
        out.u8(place(names, row.observer()));
        out.millis(aged.age());
        out.i64(row.incarnation());
        out.i64(row.sequence());
        out.millis(row.stalled());
        write(out, names, row.facts());
        out.u8(row.clockOffsets().size());
        row.clockOffsets()
                .forEach((peer, offset) -> {
                    out.u8(place(names, peer));
                    out.nanos(offset);
                });
        out.u8(row.links().size());
        for (LinkView link : row.links()) {
            out.u8(place(names, link.peer()));
            out.u8(place(names, link.path()));
            boolean measured = link.roundTrip().isPresent() && link.jitter().isPresent();
            out.u8(
                    (link.up() ? UP : 0)
                            | (link.hearing() ? HEARING : 0)
                            | (link.lastHeard().isPresent() ? HEARD : 0)
                            | (measured ? MEASURED : 0));
            link.lastHeard().ifPresent(out::millis);
            if (measured) {
                out.micros(link.roundTrip().get());
                out.micros(link.jitter().get());
            }
            out.u8((int) Math.round(link.loss() * 255));
        }
    }

    private static void write(ByteWriter out, Map<Id, Integer> names, Facts facts) {
        out.check(facts.hypervisor());
        out.i64(facts.applied());
        out.flag(facts.leads());
        out.flag(facts.ntpOffset().isPresent());
        facts.ntpOffset().ifPresent(out::nanos);
        out.u8(facts.beacons().size());
        facts.beacons()
                .forEach((site, check) -> {
                    out.u8(place(names, site));
                    out.check(check);
                });
        Generation generation = facts.generation();
        boolean first = generation.equals(Generation.FIRST);
        out.u8(
                (facts.quarantined() ? QUARANTINED : 0)
                        | (first ? 0 : LATER)
                        | (facts.running().isPresent() ? COUNTED : 0));
        facts.running().ifPresent(out::u32);
        if (!first) {
            out.u32(generation.number());
            out.i64(generation.fork());
            out.name(new NodeId(generation.founder()));
            out.i64(Long.parseUnsignedLong(generation.head(), 16));
        }
    }

    static List<Aged> read(ByteReader in) {
        List<String> names = new ArrayList<>();
        int count = in.u8();
        for (int i = 0; i < count; i++) {
            names.add(in.name());
        }
        List<Aged> rows = new ArrayList<>();
        int size = in.u8();
        for (int i = 0; i < size; i++) {
            rows.add(new Reader(in, names).row());
        }
        return rows;
    }

    private record Reader(ByteReader in, List<String> names) {
        String name() {
            int place = in.u8();
            if (place >= names.size()) {
                throw new IllegalArgumentException("no such name: " + place);
            }
            return names.get(place);
        }

        Aged row() {
            NodeId observer = new NodeId(name());
            Duration age = in.millis();
            long incarnation = in.i64();
            long sequence = in.i64();
            Duration stalled = in.millis();
            Facts facts = facts();
            TreePMap<NodeId, Duration> offsets = TreePMap.empty();
            int compared = in.u8();
            for (int i = 0; i < compared; i++) {
                offsets = offsets.plus(new NodeId(name()), in.nanos());
            }
            List<LinkView> links = new ArrayList<>();
            int count = in.u8();
            for (int i = 0; i < count; i++) {
                links.add(link());
            }
            return new Aged(
                    new Row(observer, incarnation, sequence, stalled, facts, links, offsets), age);
        }

        Facts facts() {
            Check hypervisor = in.check();
            long applied = in.i64();
            boolean leads = in.flag();
            Optional<Duration> ntp = in.maybe(in.flag(), in::nanos);
            TreePMap<SiteId, Check> beacons = TreePMap.empty();
            int count = in.u8();
            for (int i = 0; i < count; i++) {
                beacons = beacons.plus(new SiteId(name()), in.check());
            }
            int standing = in.u8();
            Optional<Integer> running = in.maybe((standing & COUNTED) != 0, this::count);
            Generation generation = (standing & LATER) == 0 ? Generation.FIRST : generation();
            return new Facts(
                    hypervisor,
                    beacons,
                    applied,
                    leads,
                    ntp,
                    running,
                    generation,
                    (standing & QUARANTINED) != 0);
        }

        Generation generation() {
            int number = count();
            long fork = in.i64();
            String founder = in.name();
            return new Generation(number, fork, founder, HexFormat.of().toHexDigits(in.i64()));
        }

        int count() {
            return (int) Math.min(in.u32(), Integer.MAX_VALUE);
        }

        LinkView link() {
            NodeId peer = new NodeId(name());
            PathName path = new PathName(name());
            int flags = in.u8();
            boolean measured = (flags & MEASURED) != 0;
            return new LinkView(
                    peer,
                    path,
                    (flags & UP) != 0,
                    (flags & HEARING) != 0,
                    in.maybe((flags & HEARD) != 0, in::millis),
                    in.maybe(measured, in::micros),
                    in.maybe(measured, in::micros),
                    in.u8() / 255.0);
        }
    }
}
