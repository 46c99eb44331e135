package adfer.adapter.keys;

import adfer.kernel.Ed25519;
import adfer.port.Signer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An Ed25519 key pair in a file with mode 0600: the private key (PKCS #8) and the public one, in
 * Base64 on a line each. It is made when there is none.
 */
public final class KeyFile implements Signer {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final String ALGORITHM = "Ed25519";
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final PrivateKey secret;
    private final String key;

    private KeyFile(PrivateKey secret, String key) {
        this.secret = secret;
        this.key = key;
    }

    /**
     * @throws IllegalArgumentException with one sentence when the file holds no key pair
     */
    public static KeyFile open(Path file) {
        try {
            if (Files.notExists(file)) {
                make(file);
            }
            keepToOwner(file);
            return read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The key in " + file + " can't be read or made: " + e.getMessage(), e);
        }
    }

    /** Written beside and renamed, so that a crash leaves a whole key or none. */
    private static void make(Path file) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has Ed25519", e);
        }
        Files.createDirectories(
                Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow());
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel out =
                FileChannel.open(
                        beside,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER))) {
            ByteBuffer text =
                    StandardCharsets.UTF_8.encode(
                            base64(pair.getPrivate().getEncoded())
                                    + "\n"
                                    + base64(pair.getPublic().getEncoded())
                                    + "\n");
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void keepToOwner(Path file) throws IOException {
        Set<PosixFilePermission> given = Files.getPosixFilePermissions(file);
        if (!OWNER.containsAll(given)) {
            LOG.warn(
                    "{} could be read by others (mode {}). That is closed now; delete the file and"
                            + " restart this node to have a new key, if it may have been copied.",
                    file,
                    PosixFilePermissions.toString(given));
            Files.setPosixFilePermissions(file, OWNER);
        }
    }

    private static KeyFile read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        try {
            PrivateKey secret =
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            Base64.getDecoder().decode(lines.get(0))));
            KeyFile pair = new KeyFile(secret, lines.get(1));
            if (Ed25519.verifies(pair.key(), "", pair.sign(""))) {
                return pair;
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            LOG.debug("No key pair in {}: {}", file, e.getClass().getName());
        }
        throw new IllegalArgumentException(
                file
                        + " does not hold the key pair that Adfer wrote there: bring it back from a"
                        + " backup, or delete it to have this node make a new one, which the audit"
                        + " trail will show.");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String sign(String text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This node's key can't sign.", e);
        }
    }
}
