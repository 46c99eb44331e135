package adfer.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What purity means for the core: it thinks about values, and reaches neither for the world (files,
 * network, processes, threads) nor for anything that differs between two nodes that are given the
 * same input (clock, chance, defaults of the machine).
 */
final class Core {
    /** The packages of the core. */
    static final String[] PACKAGES = {
        "adfer.kernel..",
        "adfer.access..",
        "adfer.mesh..",
        "adfer.lease..",
        "adfer.inventory..",
        "adfer.runbook..",
        "adfer.plan..",
        "adfer.run..",
        "adfer.state..",
        "adfer.audit.."
    };

    private static final Set<String> ALLOWED_PACKAGES =
            Set.of(
                    "",
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.reflect",
                    "java.lang.runtime",
                    "java.math",
                    "java.time",
                    "java.time.chrono",
                    "java.time.format",
                    "java.time.temporal",
                    "java.util",
                    "java.util.function",
                    "java.util.regex",
                    "java.util.stream",
                    "org.pcollections");

    private static final Set<String> ALLOWED_CLASSES =
            Set.of(
                    "java.nio.charset.Charset",
                    "java.nio.charset.StandardCharsets",
                    "java.security.GeneralSecurityException",
                    "java.security.KeyFactory",
                    "java.security.MessageDigest",
                    "java.security.NoSuchAlgorithmException",
                    "java.security.PublicKey",
                    "java.security.Signature",
                    "java.security.spec.KeySpec",
                    "java.security.spec.X509EncodedKeySpec");

    private static final Set<String> FORBIDDEN_CLASSES =
            Set.of(
                    "java.lang.InheritableThreadLocal",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime",
                    "java.lang.ScopedValue",
                    "java.lang.Thread",
                    "java.lang.ThreadLocal",
                    "java.time.Clock",
                    "java.time.InstantSource",
                    "java.util.Random",
                    "java.util.Scanner",
                    "java.util.ServiceLoader",
                    "java.util.SplittableRandom",
                    "java.util.Timer",
                    "java.util.TimerTask");

    /** Among them the sets and maps whose order the JVM salts anew at each start. */
    private static final Set<String> FORBIDDEN_CALLS =
            Set.of(
                    "java.lang.Math.random",
                    "java.lang.Object.notify",
                    "java.lang.Object.notifyAll",
                    "java.lang.Object.wait",
                    "java.time.ZoneId.systemDefault",
                    "java.util.Collection.parallelStream",
                    "java.util.Collections.shuffle",
                    "java.util.Locale.getDefault",
                    "java.util.Map.copyOf",
                    "java.util.Map.of",
                    "java.util.Map.ofEntries",
                    "java.util.Set.copyOf",
                    "java.util.Set.of",
                    "java.util.TimeZone.getDefault",
                    "java.util.UUID.randomUUID");

    private Core() {}

    /** Holds for a class that keeps to what the core may use. */
    static ArchCondition<JavaClass> onlyThink() {
        return new ArchCondition<>("only think: no world, no clock, no chance") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                Stream<String> reaches =
                        item.getDirectDependenciesFromSelf().stream()
                                .filter(dependency -> !mayUse(item, target(dependency)))
                                .map(Dependency::getDescription);
                Stream<String> calls =
                        accesses(item)
                                .filter(access -> differsBetweenNodes(access))
                                .map(JavaCodeUnitAccess::getDescription);
                List<String> violations = Stream.concat(reaches, calls).distinct().toList();
                violations.forEach(what -> events.add(SimpleConditionEvent.violated(item, what)));
            }
        };
    }

    private static Stream<? extends JavaCodeUnitAccess<?>> accesses(JavaClass item) {
        return Stream.concat(
                item.getCodeUnitCallsFromSelf().stream(),
                item.getCodeUnitReferencesFromSelf().stream());
    }

    private static JavaClass target(Dependency dependency) {
        return dependency.getTargetClass().getBaseComponentType();
    }

    private static boolean mayUse(JavaClass item, JavaClass target) {
        String home = target.getPackageName();
        if (FORBIDDEN_CLASSES.contains(target.getName())) {
            return false;
        }
        return home.startsWith("adfer.")
                || home.startsWith("org.jspecify.")
                || ALLOWED_PACKAGES.contains(home)
                || ALLOWED_CLASSES.contains(target.getName())
                || (home.startsWith("org.snakeyaml.engine.")
                        && item.getPackageName().startsWith("adfer.runbook"));
    }

    private static boolean differsBetweenNodes(JavaCodeUnitAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return FORBIDDEN_CALLS.contains(owner + "." + name)
                || (owner.equals("java.lang.System") && !name.equals("arraycopy"))
                || (owner.startsWith("java.time.") && name.equals("now"));
    }
}
