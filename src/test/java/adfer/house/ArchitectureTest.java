package adfer.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Which parts of Adfer may see which, what the core may use, and where each library lives. */
class ArchitectureTest {
    private static final JavaClasses ADFER =
            new ClassFileImporter()
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    .importPackages("adfer");

    @Test
    void arrowsPointDown() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("adfer..")
                .withOptionalLayers(true)
                .layer("app")
                .definedBy("adfer.app..")
                .layer("delivery")
                .definedBy("adfer.api..", "adfer.console..", "adfer.cli..", "adfer.demo..")
                .layer("simulation")
                .definedBy("adfer.simulation..")
                .layer("service")
                .definedBy("adfer.service..")
                .layer("adapters")
                .definedBy("adfer.adapter..")
                .layer("ports")
                .definedBy("adfer.port..")
                .layer("core")
                .definedBy(Core.PACKAGES)
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("delivery")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("simulation")
                .mayOnlyBeAccessedByLayers("delivery")
                .whereLayer("service")
                .mayOnlyBeAccessedByLayers("app", "delivery")
                .whereLayer("adapters")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("ports")
                .mayOnlyBeAccessedByLayers("app", "service", "adapters")
                // The command line is a client of the API, and reads its JSON as it was written.
                .ignoreDependency("adfer.cli.Client", "adfer.adapter.json.Mappers")
                .ignoreDependency("adfer.cli.SessionStore", "adfer.adapter.json.Mappers")
                .ignoreDependency("adfer.cli.TrailFile", "adfer.adapter.json.Mappers")
                .ensureAllClassesAreContainedInArchitecture()
                .check(ADFER);
    }

    @Test
    void simulationKnowsNoTimeButItsOwn() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("adfer.simulation..")
                        .should()
                        .dependOnClassesThat(
                                assignableTo(Thread.class)
                                        .or(assignableTo(Clock.class))
                                        .or(assignableTo(InstantSource.class)))
                        .orShould()
                        .callMethod(System.class, "nanoTime")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(Instant.class, "now"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("adfer.(*)..").should().beFreeOfCycles());
    }

    @Test
    void adaptersDoNotSeeEachOther() {
        check(slices().matching("adfer.adapter.(*)..").should().notDependOnEachOther());
    }

    @Test
    void kernelDependsOnNothingElseOfAdfer() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("adfer.kernel..")
                        .should()
                        .dependOnClassesThat(
                                resideInAPackage("adfer..")
                                        .and(resideOutsideOfPackage("adfer.kernel.."))));
    }

    @Test
    void coreOnlyThinks() {
        check(classes().that().resideInAnyPackage(Core.PACKAGES).should(Core.onlyThink()));
    }

    @ParameterizedTest(name = "{0} only in {1}")
    @CsvSource({
        "ch.qos.logback, adfer.app",
        "com.codahale.metrics, adfer.app adfer.api adfer.adapter.metrics",
        "com.fasterxml.jackson, adfer.adapter.json adfer.api adfer.cli adfer.demo adfer.app",
        "com.sun.jna, adfer.adapter.libvirt",
        "com.nimbusds, adfer.adapter.jose",
        "com.password4j, adfer.adapter.password",
        "com.unboundid, adfer.adapter.ldap",
        "gg.jte, adfer.console",
        "io.dropwizard, adfer.api adfer.console adfer.app",
        "io.micrometer, adfer.adapter.metrics",
        "io.prometheus, adfer.adapter.metrics",
        "io.swagger, adfer.api adfer.app",
        "jakarta.ws.rs, adfer.api adfer.console adfer.app",
        "org.apache.commons.net, adfer.adapter.mail adfer.adapter.probe",
        "org.apache.ratis, adfer.adapter.raft",
        "org.bouncycastle, adfer.adapter.tls",
        "org.eclipse.jetty, adfer.app",
        "org.flywaydb, adfer.adapter.store",
        "org.h2, adfer.adapter.store",
        "org.jdbi, adfer.adapter.store",
        "org.libvirt, adfer.adapter.libvirt",
        "org.quartz, adfer.adapter.schedule",
        "org.snakeyaml, adfer.runbook",
        "picocli, adfer.cli adfer.demo adfer.app",
    })
    void libraryLivesInItsPackages(String library, String homes) {
        String[] packages = homes.replaceAll("(\\S+)", "$1..").split(" ");
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(packages)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(library + ".."));
    }

    @Test
    void onlyTheCommandLinePrints() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("adfer.cli..", "adfer.demo..", "adfer.app..")
                        .should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void thoughtThatReachesForTheWorldIsCaught() {
        JavaClasses impure = new ClassFileImporter().importClasses(Impure.class);
        assertThat(
                        classes()
                                .should(Core.onlyThink())
                                .evaluate(impure)
                                .getFailureReport()
                                .getDetails())
                .anyMatch(line -> line.contains("Instant.now"))
                .anyMatch(line -> line.contains("UUID.randomUUID"))
                .anyMatch(line -> line.contains("System.nanoTime"))
                .anyMatch(line -> line.contains("ReentrantLock"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(ADFER);
    }

    /** What no class of the core may do. */
    static final class Impure {
        static List<Object> reach() {
            Supplier<UUID> chance = UUID::randomUUID;
            return List.of(Instant.now(), chance, System.nanoTime(), new ReentrantLock());
        }
    }
}
