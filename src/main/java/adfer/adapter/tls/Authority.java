package adfer.adapter.tls;

import adfer.kernel.IpAddress;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;

/**
 * A private certificate authority: signs certificates of nodes and guards. Keys are of the curve
 * P-256, which everything understands that speaks TLS 1.2 or 1.3.
 */
final class Authority {
    private static final int KEY_BITS = 256;
    private static final String SIGNATURE = "SHA256withECDSA";

    /** Clocks apart by less than this take a new certificate at once. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issued own;

    /** A certificate and its key. */
    record Issued(X509Certificate certificate, PrivateKey key) {
        /** The key with its public half in it, without which GnuTLS takes none. */
        byte[] wholeKey() throws IOException {
            SubjectPublicKeyInfo shown =
                    SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
            PrivateKeyInfo bare = PrivateKeyInfo.getInstance(key.getEncoded());
            ECPrivateKey secret = ECPrivateKey.getInstance(bare.parsePrivateKey());
            return new PrivateKeyInfo(
                            bare.getPrivateKeyAlgorithm(),
                            new ECPrivateKey(
                                    KEY_BITS, secret.getKey(), shown.getPublicKeyData(), null))
                    .getEncoded();
        }
    }

    /** Whom a certificate is for. */
    enum Use {
        /** Is called, and calls others. */
        NODE,
        /** Is called only: with its certificate nobody can pass for a node. */
        GUARD
    }

    Authority(Issued own) {
        this.own = own;
    }

    /** A new one, which has signed itself. */
    static Authority make(String name, Instant now, Duration valid) {
        byte[] distinct = new byte[4];
        RANDOM.nextBytes(distinct);
        X500Name subject = subject(name + " " + HexFormat.of().formatHex(distinct));
        KeyPair pair = pair();
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            subject,
                            serial(),
                            from(now),
                            Date.from(now.plus(valid)),
                            subject,
                            pair.getPublic());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    extensions.createSubjectKeyIdentifier(pair.getPublic()));
            return new Authority(new Issued(signed(builder, pair.getPrivate()), pair.getPrivate()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("an authority can't be made", e);
        }
    }

    /**
     * A new key with its certificate.
     *
     * @param hosts the addresses and names it is for
     */
    Issued issue(String name, Collection<String> hosts, Use use, Instant now, Duration valid) {
        KeyPair pair = pair();
        Instant last = own.certificate().getNotAfter().toInstant();
        Instant end = now.plus(valid);
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(
                                    own.certificate().getSubjectX500Principal().getEncoded()),
                            serial(),
                            from(now),
                            Date.from(end.isAfter(last) ? last : end),
                            subject(name),
                            pair.getPublic());
            describe(builder, pair.getPublic(), hosts, use);
            return new Issued(signed(builder, own.key()), pair.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate for " + name + " can't be made", e);
        }
    }

    private void describe(
            X509v3CertificateBuilder builder, PublicKey key, Collection<String> hosts, Use use)
            throws IOException, GeneralSecurityException {
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                        switch (use) {
                            case NODE ->
                                    new KeyPurposeId[] {
                                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                                    };
                            case GUARD -> new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth};
                        }));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(hosts.stream().map(Authority::name).toArray(GeneralName[]::new)));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(own.certificate()));
    }

    X509Certificate certificate() {
        return own.certificate();
    }

    Issued own() {
        return own;
    }

    private static GeneralName name(String host) {
        return new GeneralName(
                IpAddress.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static X500Name subject(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no curve P-256", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).add(BigInteger.ONE);
    }

    private static Date from(Instant now) {
        return Date.from(now.minus(EARLIER));
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
