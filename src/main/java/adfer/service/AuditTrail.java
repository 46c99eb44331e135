package adfer.service;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.audit.Csv;
import adfer.audit.Line;
import adfer.audit.Search;
import adfer.audit.Syslog;
import adfer.kernel.Canonical;
import adfer.kernel.NodeId;
import adfer.kernel.Result;
import adfer.port.Codec;
import adfer.port.Ledger;
import adfer.port.Signer;
import adfer.state.AuditEntry;
import adfer.state.Checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The audit trail as this node has it: to search, and to hand to an auditor. */
public final class AuditTrail {
    /** Entries held in memory at a time. */
    private static final int PAGE = 1_000;

    private final NodeId self;
    private final Replica replica;
    private final Ledger ledger;
    private final Codec codec;
    private final Signer signer;
    private final InstantSource clock;
    private final Optional<Forwarder> forwarder;

    /** In what form the trail is handed out. Only {@link #JSON} can be proven off line. */
    public enum Format {
        JSON,
        CSV,
        SYSLOG;

        /**
         * @throws IllegalArgumentException with one sentence when there is none of that name
         */
        public static Format named(String name) {
            return switch (name.strip().toLowerCase(Locale.ROOT)) {
                case "json" -> JSON;
                case "csv" -> CSV;
                case "syslog" -> SYSLOG;
                default ->
                        throw new IllegalArgumentException(
                                "There is no format '" + name + "'; give json, csv or syslog.");
            };
        }
    }

    public AuditTrail(
            NodeId self,
            Replica replica,
            Ledger ledger,
            Codec codec,
            Signer signer,
            InstantSource clock,
            Optional<Forwarder> forwarder) {
        this.self = self;
        this.replica = replica;
        this.ledger = ledger;
        this.codec = codec;
        this.signer = signer;
        this.clock = clock;
        this.forwarder = forwarder;
    }

    /** That it isn't handed on as configured, for whoever may read it. */
    Optional<String> trouble(Principal who) {
        return allowed(who).accepted() ? forwarder.flatMap(Forwarder::sentence) : Optional.empty();
    }

    /** See {@link Ledger#audit}. */
    public Result<List<AuditEntry>> search(Principal who, Search search, long before, int limit) {
        return allowed(who).map(ignored -> ledger.audit(search, before, limit));
    }

    /** Up to where the trail is signed, and with which keys. */
    public Result<Checkpoint> checkpoint(Principal who) {
        return allowed(who).map(ignored -> replica.state().checkpoint());
    }

    /** Something to be written, which may be too large to be held; the stream stays open. */
    public interface Export {
        void to(OutputStream out) throws IOException;
    }

    /** What is found, in ascending order. */
    public Result<Export> export(Principal who, Search search, Format format) {
        return allowed(who).<Export>map(ignored -> out -> export(search, format, out));
    }

    private static Result<Boolean> allowed(Principal who) {
        return Places.allowed(who, Right.READ_AUDIT, Place.CLUSTER);
    }

    private void export(Search search, Format format, OutputStream out) throws IOException {
        Range range = range(search);
        switch (format) {
            case JSON -> json(search, range, out);
            case CSV -> {
                write(out, Csv.HEAD);
                each(range, entry -> write(out, Csv.line(entry)));
            }
            case SYSLOG -> each(range, entry -> write(out, Syslog.message(self, entry) + "\n"));
        }
    }

    /**
     * What is to be handed out of the trail as it is now.
     *
     * @param first 0 when nothing is found
     * @param within how each of the entries has to be
     */
    private record Range(long first, long last, Search within) {}

    /**
     * Where only times are given, everything between the first and the last entry found: clocks
     * differ, and a trail with gaps proves nothing.
     */
    private Range range(Search search) {
        long end = replica.state().audits();
        List<AuditEntry> first = ledger.auditAfter(search, 0, end, 1);
        List<AuditEntry> last = ledger.audit(search, end + 1, 1);
        return first.isEmpty() || last.isEmpty()
                ? new Range(0, 0, search)
                : new Range(
                        first.getFirst().number(),
                        last.getFirst().number(),
                        search.unbroken() ? Search.ALL : search);
    }

    private interface Sink {
        void take(AuditEntry entry) throws IOException;
    }

    private void each(Range range, Sink sink) throws IOException {
        long after = range.first() - 1;
        List<AuditEntry> page;
        do {
            page = ledger.auditAfter(range.within(), after, range.last(), PAGE);
            for (AuditEntry entry : page) {
                sink.take(entry);
                after = entry.number();
            }
        } while (page.size() == PAGE);
    }

    private void json(Search search, Range range, OutputStream out) throws IOException {
        var digested = new DigestOutputStream(out, Canonical.sha256());
        var written = new Written(digested);
        digested.write(
                codec.toJson(
                        new Line.Head(
                                Line.FORMAT,
                                self,
                                clock.instant(),
                                search,
                                range.first(),
                                range.last())));
        each(range, written);
        String digest = HexFormat.of().formatHex(digested.getMessageDigest().digest());
        String statement =
                Line.End.statement(self, written.entries, written.last, written.head, digest);
        out.write(
                codec.toJson(
                        new Line.End(
                                self,
                                written.entries,
                                written.last,
                                written.head,
                                digest,
                                signer.key(),
                                signer.sign(statement))));
    }

    private final class Written implements Sink {
        private final OutputStream out;
        private long entries;
        private long last;
        private String head = AuditEntry.GENESIS;

        Written(OutputStream out) {
            this.out = out;
        }

        @Override
        public void take(AuditEntry entry) throws IOException {
            out.write(codec.toJson(new Line.Item(entry)));
            entries++;
            last = entry.number();
            head = entry.hash();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
