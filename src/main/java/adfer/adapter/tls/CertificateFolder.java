package adfer.adapter.tls;

import adfer.adapter.tls.Authority.Issued;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of a private authority: its certificate, its key, and the certificates and keys that
 * it has made. Keys are readable by their owner alone, from their first byte on.
 */
public final class CertificateFolder {
    private static final String KEY = ".key";
    private static final String CERTIFICATE = ".crt";
    private static final String AUTHORITY = "authority";
    private static final String SECRET = "rw-------";
    private static final String PUBLIC = "rw-r--r--";

    private final Path folder;

    /**
     * A certificate as it is told of.
     *
     * @param name of its file, without the ending
     * @param hosts for whom it is; none for an authority
     */
    public record Entry(String name, List<String> hosts, Instant expires) {}

    public CertificateFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder and the authority, unless there is one. Returns whether it made one. */
    public boolean begin(String cluster, Instant now, Duration valid) throws IOException {
        if (Files.exists(file(AUTHORITY, CERTIFICATE)) || Files.exists(file(AUTHORITY, KEY))) {
            return false;
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        write(AUTHORITY, Authority.make("Adfer authority of " + cluster, now, valid).own());
        return true;
    }

    /** Whether there is a certificate of this name. */
    public boolean has(String name) {
        return Files.exists(file(name, CERTIFICATE));
    }

    /** Makes the certificate of a node, in the place of an earlier one. */
    public Entry node(String name, Collection<String> hosts, Instant now, Duration valid)
            throws IOException {
        return issue(name, hosts, Authority.Use.NODE, now, valid);
    }

    /** Makes the certificate of a guard, in the place of an earlier one. */
    public Entry guard(String name, Collection<String> hosts, Instant now, Duration valid)
            throws IOException {
        return issue(name, hosts, Authority.Use.GUARD, now, valid);
    }

    private Entry issue(
            String name, Collection<String> hosts, Authority.Use use, Instant now, Duration valid)
            throws IOException {
        Issued issued = authority().issue(name, hosts, use, now, valid);
        write(name, issued);
        return entry(name, issued.certificate());
    }

    /** All certificates there are, the authority's first. */
    public List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(CERTIFICATE))
                    .sorted()
                    .forEach(file -> {
                        String name = file.getFileName().toString();
                        entries.add(
                                entry(
                                        name.substring(0, name.length() - CERTIFICATE.length()),
                                        Pem.certificates(file, text(file)).getFirst()));
                    });
        }
        entries.sort((one, other) ->
                Boolean.compare(other.name().equals(AUTHORITY), one.name().equals(AUTHORITY)));
        return entries;
    }

    private static Entry entry(String name, X509Certificate certificate) {
        return new Entry(name, PeerName.all(certificate), certificate.getNotAfter().toInstant());
    }

    private Authority authority() {
        Path certificate = file(AUTHORITY, CERTIFICATE);
        Path key = file(AUTHORITY, KEY);
        return new Authority(
                new Issued(
                        Pem.certificates(certificate, text(certificate)).getFirst(),
                        Pem.key(key, text(key))));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file
                            + (Files.exists(file)
                                    ? " can't be read."
                                    : " does not exist: bring it back, or make an authority of"
                                            + " another folder."),
                    e);
        }
    }

    /** The key first: a certificate that is there always has its key. */
    private void write(String name, Issued issued) throws IOException {
        replace(file(name, KEY), Pem.ofKey(issued.wholeKey()), SECRET);
        replace(file(name, CERTIFICATE), Pem.of(issued.certificate()), PUBLIC);
    }

    private static void replace(Path file, String text, String mode) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (var channel =
                Files.newByteChannel(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(mode)))) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("Another adfer certs works in " + file.getParent() + ".", e);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String name, String ending) {
        return folder.resolve(name + ending);
    }
}
