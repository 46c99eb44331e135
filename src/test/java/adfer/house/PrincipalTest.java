package adfer.house;

import static org.assertj.core.api.Assertions.assertThat;

import adfer.access.Principal;
import adfer.service.Accounts;
import adfer.service.Adfer;
import adfer.service.ApiTokens;
import adfer.service.AuditTrail;
import adfer.service.Gate;
import adfer.service.Nodes;
import adfer.service.Proving;
import adfer.service.Quarantine;
import adfer.service.Reconciling;
import adfer.service.Runs;
import adfer.service.Seconding;
import adfer.service.Sessions;
import adfer.service.Takeover;
import adfer.service.TestCalls;
import adfer.service.Watch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whoever asks the service something through a door says who he or she is. */
class PrincipalTest {
    private static final JavaClasses ADFER =
            new ClassFileImporter()
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    .importPackages("adfer");

    private static final Set<Class<?>> FACADE =
            Set.of(
                    Adfer.class,
                    Accounts.class,
                    Gate.class,
                    Nodes.class,
                    Proving.class,
                    Quarantine.class,
                    Reconciling.class,
                    Runs.class,
                    Seconding.class,
                    Sessions.class,
                    Takeover.class,
                    TestCalls.class,
                    ApiTokens.class,
                    AuditTrail.class,
                    Watch.class);

    /** What is asked without, and why that gives nothing away. */
    private static final Map<String, String> WITHOUT =
            Map.ofEntries(
                    Map.entry("Adfer.accounts", "a part of the facade"),
                    Map.entry("Adfer.nodes", "a part of the facade"),
                    Map.entry("Adfer.proving", "a part of the facade"),
                    Map.entry("Adfer.quarantine", "a part of the facade"),
                    Map.entry("Adfer.reconciling", "a part of the facade"),
                    Map.entry("Adfer.sessions", "a part of the facade"),
                    Map.entry("Adfer.runs", "a part of the facade"),
                    Map.entry("Adfer.seconding", "a part of the facade"),
                    Map.entry("Adfer.tokens", "a part of the facade"),
                    Map.entry("Adfer.takeover", "a part of the facade"),
                    Map.entry("Adfer.testCalls", "a part of the facade"),
                    Map.entry("Adfer.trail", "a part of the facade"),
                    Map.entry("Adfer.watch", "a part of the facade"),
                    Map.entry("Adfer.index", "a number, on every answer"),
                    Map.entry("Adfer.standing", "numbers and a hash"),
                    Map.entry("Adfer.catchUp", "waits, and tells a number"),
                    Map.entry("Adfer.listen", "tells kinds of things alone (EventResource)"),
                    Map.entry("Adfer.unlisten", "ends that"),
                    Map.entry("Accounts.setUp", "there is nobody yet; takes the set-up token"),
                    Map.entry("Accounts.untouched", "yes or no, for the page to sign in at"),
                    Map.entry("Gate.signIn", "makes a principal"),
                    Map.entry("Gate.admit", "makes a principal"),
                    Map.entry("Proving.phrase", "what a page asks people to type"),
                    Map.entry("Proving.terms", "how many people it takes, as configured"),
                    Map.entry("Watch.topology", "sites and nodes, which all who look may see"),
                    Map.entry("Watch.matrix", "who hears whom, which all who look may see"),
                    Map.entry("Watch.clocks", "how far clocks are apart, which all may see"));

    @Test
    void everyQuestionOfADoorNamesWhoAsks() {
        Set<String> without =
                questions()
                        .filter(call ->
                                call.getTarget().getRawParameterTypes().stream()
                                        .noneMatch(type -> type.isEquivalentTo(Principal.class)))
                        .map(PrincipalTest::name)
                        .collect(Collectors.toSet());
        assertThat(without).isSubsetOf(WITHOUT.keySet());
        assertThat(WITHOUT.keySet()).as("no exception is left over").isSubsetOf(without);
    }

    @Test
    void questionsWereFound() {
        assertThat(questions().map(PrincipalTest::name).distinct()).hasSizeGreaterThan(35);
    }

    private static Stream<JavaMethodCall> questions() {
        return ADFER.stream()
                .filter(type ->
                        type.getPackageName().equals("adfer.api")
                                || type.getPackageName().equals("adfer.console"))
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> FACADE.stream().anyMatch(call.getTargetOwner()::isEquivalentTo));
    }

    private static String name(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return owner.getSimpleName() + "." + call.getName();
    }
}
