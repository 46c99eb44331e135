package adfer.adapter.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.Daemon;
import adfer.access.Grant;
import adfer.access.GroupGrants;
import adfer.access.Identity;
import adfer.access.Role;
import adfer.adapter.tls.CertificateFolder;
import adfer.adapter.tls.CredentialFiles;
import adfer.adapter.tls.LiveCredentials;
import adfer.adapter.tls.PeerName;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.kernel.Secret;
import adfer.kernel.SecretRef;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * People of Debian's OpenLDAP server, which takes passwords by TLS alone, with certificates as
 * {@code adfer certs} makes them.
 */
class SlapdIT {
    private static final Path SLAPD = Path.of("/usr/sbin/slapd");
    private static final Grant COMMANDER = Grant.everywhere(Role.COMMANDER);
    private static final Grant VIEWER = Grant.everywhere(Role.VIEWER);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final String PEOPLE =
            """
            dn: dc=example,dc=org
            objectClass: domain
            dc: example

            dn: cn=adfer,dc=example,dc=org
            objectClass: applicationProcess
            objectClass: simpleSecurityObject
            cn: adfer
            userPassword: adfer's own

            dn: cn=policy,dc=example,dc=org
            objectClass: applicationProcess
            objectClass: pwdPolicy
            cn: policy
            pwdAttribute: userPassword
            pwdLockout: TRUE
            pwdMaxFailure: 3

            dn: ou=people,dc=example,dc=org
            objectClass: organizationalUnit
            ou: people

            dn: uid=jane,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: Jane
            sn: Jane
            uid: Jane
            userPassword: jane's password

            dn: cn=Smith\\, Jo (night*) \\#1 \\"x\\" \\+ y=\\\\z,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: Smith, Jo (night*) #1 "x" + y=\\z
            sn: Smith
            uid: jo
            userPassword: jo's (*) pässword\\

            dn: cn=Smith\\, Jo (nightly) \\#1 \\"x\\" \\+ y=\\\\z,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: Smith, Jo (nightly) #1 "x" + y=\\z
            sn: Smith
            uid: other
            userPassword: other's password

            dn: uid=locked,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: locked
            sn: locked
            uid: locked
            userPassword: locked's password
            pwdAccountLockedTime: 000001010000Z

            dn: uid=guessed,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: guessed
            sn: guessed
            uid: guessed
            userPassword: guessed's password

            dn: uid=twin,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: twin
            sn: twin
            uid: twin
            userPassword: twin's password

            dn: cn=twin,ou=people,dc=example,dc=org
            objectClass: inetOrgPerson
            cn: twin
            sn: twin
            uid: twin
            userPassword: twin's password

            dn: ou=groups,dc=example,dc=org
            objectClass: organizationalUnit
            ou: groups

            dn: cn=dr,ou=groups,dc=example,dc=org
            objectClass: groupOfNames
            cn: dr
            member: uid=jane,ou=people,dc=example,dc=org

            dn: cn=night,ou=groups,dc=example,dc=org
            objectClass: groupOfUniqueNames
            cn: night
            uniqueMember: cn=Smith\\2c Jo (night*) \\231 \\22x\\22 \\2b y=\\5cz,ou=people,dc=example,dc=org
            """;

    @TempDir static Path folder;

    private static int plain;
    private static int secured;

    @SuppressWarnings("NullAway.Init")
    private static LiveCredentials own;

    @SuppressWarnings("NullAway.Init")
    private static Daemon slapd;

    @BeforeAll
    static void start() throws Exception {
        Daemon.needs(SLAPD, "slapd");
        CertificateFolder certificates = new CertificateFolder(folder.resolve("tls"));
        certificates.begin("test", Instant.now(), Duration.ofDays(2));
        certificates.node("directory", List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        own =
                LiveCredentials.open(
                        "test",
                        CredentialFiles.in(folder.resolve("tls"), "directory"),
                        Duration.ofHours(1));
        Files.createDirectory(folder.resolve("tls/people"));
        Path config = folder.resolve("slapd.conf");
        Files.writeString(config, config(folder.resolve("tls")));
        Path people = Files.writeString(folder.resolve("people.ldif"), PEOPLE);
        plain = Daemon.freePort();
        secured = Daemon.freePort();
        load(config, people);
        slapd = run(config);
    }

    private static String config(Path tls) {
        return """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload ppolicy
        TLSCACertificateFile %1$s/authority.crt
        TLSCertificateFile %1$s/directory.crt
        TLSCertificateKeyFile %1$s/directory.key
        security simple_bind=128
        database mdb
        suffix "dc=example,dc=org"
        rootdn "cn=admin,dc=example,dc=org"
        directory %1$s/people
        overlay ppolicy
        ppolicy_default "cn=policy,dc=example,dc=org"
        access to attrs=userPassword by anonymous auth by * none
        access to * by dn.exact="cn=adfer,dc=example,dc=org" read by anonymous auth by * none
        """
                .formatted(tls);
    }

    private static void load(Path config, Path people) throws Exception {
        Process load =
                new ProcessBuilder(SLAPD + "", "-T", "add", "-f", config + "", "-l", people + "")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("load.log").toFile())
                        .start();
        assertThat(load.waitFor()).as(Files.readString(folder.resolve("load.log"))).isZero();
    }

    private static Daemon run(Path config) throws Exception {
        String addresses = "ldap://127.0.0.1:" + plain + " ldaps://127.0.0.1:" + secured;
        return Daemon.start(
                folder.resolve("slapd.log"),
                List.of(plain, secured),
                List.of(SLAPD + "", "-d", "none", "-f", config + "", "-h", addresses));
    }

    @AfterAll
    @SuppressWarnings("NullAway")
    static void stop() {
        if (slapd != null) {
            slapd.close();
        }
        if (own != null) {
            own.close();
        }
    }

    @Test
    void personIsRecognisedByStartTlsAndByLdaps() {
        assertThat(byStartTls().signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
        assertThat(byLdaps().signIn("JANE", "jane's password")).isEqualTo(known("jane", COMMANDER));
    }

    @Test
    void whoIsAbsentLockedThereOrHasAnotherPasswordIsNobody() {
        assertThat(byStartTls().signIn("jane", "jane's passwort")).isEqualTo(nobody());
        assertThat(byStartTls().signIn("eve", "jane's password")).isEqualTo(nobody());
        assertThat(byStartTls().signIn("locked", "locked's password")).isEqualTo(nobody());
        assertThat(byStartTls().signIn("jane", "")).isEqualTo(nobody());
    }

    @Test
    void whoIsLockedThereAfterGuessesIsNobodyEvenWithTheRightPassword() {
        assertThat(byLdaps().signIn("guessed", "guessed's password")).isEqualTo(known("guessed"));
        for (int guess = 0; guess < 3; guess++) {
            assertThat(byLdaps().signIn("guessed", "guess " + guess)).isEqualTo(nobody());
        }
        assertThat(byLdaps().signIn("guessed", "guessed's password")).isEqualTo(nobody());
    }

    @Test
    void nameThatTwoHaveIsNobody() {
        assertThat(byLdaps().signIn("twin", "twin's password")).isEqualTo(nobody());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "jan*",
                "jane)(uid=*",
                "*)(|(objectClass=*",
                "jane\\2a",
                "jane\u0000",
                "uid=jane",
                "jane,ou=people,dc=example,dc=org",
                "uid=jane,ou=people,dc=example,dc=org"
            })
    void nameIsNeverPartOfTheQuestion(String name) {
        assertThat(byStartTls().signIn(name, "jane's password")).isEqualTo(nobody());
    }

    /** The star in the one's distinguished name would find the other one, too. */
    @Test
    void distinguishedNameIsNoPatternAndItsCharactersMeanNothing() {
        assertThat(byLdaps().signIn("jo", "jo's (*) pässword\\")).isEqualTo(known("jo", VIEWER));
        assertThat(byLdaps().signIn("other", "other's password")).isEqualTo(known("other"));
        assertThat(byLdaps().signIn("Smith, Jo*", "jo's (*) pässword\\")).isEqualTo(nobody());
    }

    @Test
    void serverThatTakesPasswordsByTlsAloneGetsNoneInTheClear() {
        assertUnavailable(
                directory("ldap://127.0.0.1:" + plain, false, own.context(), TIMEOUT)
                        .signIn("jane", "jane's password"));
    }

    @Test
    void serverOfAnUnknownAuthorityOrAnotherNameHearsNoPassword() throws Exception {
        SSLContext usual = SSLContext.getDefault();
        assertUnavailable(
                directory("ldap://127.0.0.1:" + plain, true, usual, TIMEOUT)
                        .signIn("jane", "jane's password"));
        assertUnavailable(
                directory("ldaps://localhost:" + secured, false, own.context(), TIMEOUT)
                        .signIn("jane", "jane's password"));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void serverThatStandsStillIsGivenUpAndOneThatGoesOnIsAskedAgain() throws Exception {
        LdapDirectory hasty =
                directory(
                        "ldaps://127.0.0.1:" + secured,
                        false,
                        own.context(),
                        Duration.ofSeconds(2));
        slapd.signal("STOP");
        try {
            assertUnavailable(hasty.signIn("jane", "jane's password"));
        } finally {
            slapd.signal("CONT");
        }
        assertThat(byLdaps().signIn("jane", "jane's password")).isEqualTo(known("jane", COMMANDER));
    }

    @Test
    void serverThatIsGoneIsOneSentenceAndIsFoundAgain() throws Exception {
        slapd.close();
        assertUnavailable(byStartTls().signIn("jane", "jane's password"));
        slapd = run(folder.resolve("slapd.conf"));
        assertThat(byStartTls().signIn("jane", "jane's password"))
                .isEqualTo(known("jane", COMMANDER));
    }

    private static void assertUnavailable(Result<Optional<Identity>> answer) {
        assertThat(answer).isInstanceOf(Result.Refused.class);
        Problem problem = ((Result.Refused<Optional<Identity>>) answer).problems().getFirst();
        assertThat(problem.code()).isEqualTo("directory-unavailable");
        assertThat(problem.sentence())
                .contains("ldap", "can't be asked now", "sign in as ever")
                .doesNotContain("adfer's own", "jane's");
    }

    private static Result<Optional<Identity>> known(String name, Grant... grants) {
        return Result.ok(Optional.of(new Identity(name, List.of(grants))));
    }

    private static Result<Optional<Identity>> nobody() {
        return Result.ok(Optional.empty());
    }

    private static LdapDirectory byStartTls() {
        return directory("ldap://127.0.0.1:" + plain, true, own.context(), TIMEOUT);
    }

    private static LdapDirectory byLdaps() {
        return directory("ldaps://127.0.0.1:" + secured, false, own.context(), TIMEOUT);
    }

    private static LdapDirectory directory(
            String server, boolean startTls, SSLContext trust, Duration timeout) {
        return new LdapDirectory(
                new LdapConfig(
                        List.of(server),
                        startTls,
                        "cn=adfer,dc=example,dc=org",
                        SecretRef.of("env:LDAP_PASSWORD"),
                        "ou=people,dc=example,dc=org",
                        "uid",
                        "(objectClass=inetOrgPerson)",
                        "ou=groups,dc=example,dc=org",
                        new GroupGrants(Map.of("dr", List.of(COMMANDER), "night", List.of(VIEWER))),
                        timeout,
                        trust,
                        PeerName::names),
                reference -> Result.ok(new Secret("adfer's own")));
    }
}
