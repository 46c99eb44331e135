package adfer.app;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is to be answered what, written down a second time and by hand: nothing here is taken from
 * the table of rights that it is held against.
 */
final class AccessMatrix {
    private static final String ALL = "viewer operator commander approver admin";

    /**
     * Each request's method, path and body; what it concerns ({@code open}: nobody is asked; {@code
     * some}: whoever has such a role anywhere; {@code site}: site a; {@code group}: mail; {@code
     * cluster}); which roles may; the answer to them; and, where another answer than 403 hides what
     * somebody may not see, that. Bodies are such that nothing happens.
     */
    private static final String TABLE =
            """
            POST   /api/v1/setup             {"token":"x","name":"eve","password":"x"} | open  | | 409 set-up-already
            POST   /api/v1/session           {"name":"!","password":"x"} | open | | 401 wrong-password
            POST   /api/v1/session/device    {} | open | | 401 not-recognised
            POST   /api/v1/session/device/standing {"code":"x"} | open | | 401 not-recognised
            GET    /login/openid/start       | open | | 404
            GET    /login/openid             | open | | 401
            GET    /api/v1/me                | some | ALL | 200
            PUT    /api/v1/me/password       {"present":"x","wanted":"y"} | some | ALL | 401 wrong-password
            GET    /api/v1/people            | some | ALL | 200
            PUT    /api/v1/people/somebody   {"roles":[],"password":"weak"} | cluster | admin | 400 weak-password
            DELETE /api/v1/people/nobody.such | cluster | admin | 404 no-such-person
            DELETE /api/v1/people/nobody.such/sessions | cluster | admin | 200
            GET    /api/v1/sessions          | some | ALL | 200
            DELETE /api/v1/sessions/zzzzzz   | some | ALL | 404 no-such-session
            GET    /api/v1/nodes             | some | ALL | 200
            DELETE /api/v1/nodes/zz          | cluster | admin | 404 no-such-node
            GET    /api/v1/notify            | some | ALL | 200
            POST   /api/v1/notify/test       {} | cluster | operator commander admin | 409 no-ways
            GET    /api/v1/tokens            | some | ALL | 200
            POST   /api/v1/tokens            {"note":"","roles":[]} | some | ALL | 400 bad-request
            DELETE /api/v1/tokens/zzzzzz     | some | ALL | 404 no-such-token
            GET    /api/v1/overview          | some | ALL | 200
            GET    /api/v1/state             | some | ALL | 200
            GET    /api/v1/sites             | some | ALL | 200
            GET    /api/v1/mesh              | some | ALL | 200
            GET    /api/v1/services          | some | ALL | 200
            GET    /api/v1/services/mail     | group | ALL | 200 | 404
            GET    /api/v1/inventory/a       | site | ALL | 200
            GET    /api/v1/audit             | cluster | ALL | 200
            GET    /api/v1/audit/keys        | cluster | ALL | 200
            GET    /api/v1/audit/export      | cluster | ALL | 200
            GET    /api/v1/runbooks          | some | ALL | 200
            GET    /api/v1/runbooks/mail     | group | ALL | 200 | 404
            PUT    /api/v1/runbooks/mail     BUNDLE | group | operator commander | 200
            GET    /api/v1/plans/migration/mail | group | ALL | 200
            POST   /api/v1/runs              {"operation":"MIGRATION","group":"mail","planHash":"","confirmation":""} | group | commander | 409 plan-changed
            POST   /api/v1/runs              {"operation":"FAILOVER","group":"mail","planHash":"","confirmation":""} | group | commander | 409 plan-changed
            POST   /api/v1/runs              {"operation":"RESTART","group":"mail","planHash":"","confirmation":""} | group | operator commander | 409 nothing-to-start
            GET    /api/v1/runs              | some | ALL | 200
            GET    /api/v1/runs/RUN          | group | ALL | 200 | 404
            GET    /api/v1/runs/RUN/report   | group | ALL | 200 | 404
            GET    /api/v1/runs/RUN/journal  | group | ALL | 200 | 404
            POST   /api/v1/runs/RUN/decisions {"decision":"pause"} | group | commander | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"resume"} | group | commander | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"retry","step":"start"} | group | commander | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"cancel","reason":"x"} | group | commander | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"skip","step":"start","reason":"x"} | group | commander | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"approve","step":"start"} | group | approver | 409
            POST   /api/v1/runs/RUN/decisions {"decision":"reject","step":"start","reason":"x"} | group | approver | 409
            GET    /api/v1/wishes            | some | ALL | 200
            GET    /api/v1/wishes/zzzzzz     | some | ALL | 404 no-such-wish
            POST   /api/v1/wishes/zzzzzz/confirmation {"confirmation":"x"} | some | commander approver admin | 404 no-such-wish
            POST   /api/v1/wishes/zzzzzz/withdrawal {} | some | commander approver admin | 404 no-such-wish
            GET    /api/v1/takeover          | some | ALL | 200
            POST   /api/v1/takeover          {"words":"x","confirmation":"x"} | cluster | commander approver | 409
            POST   /api/v1/takeover/confirmation {"words":"x","confirmation":"x"} | cluster | commander approver | 409 not-asked
            GET    /api/v1/quarantine        | cluster | ALL | 409 not-quarantined
            POST   /api/v1/quarantine/rejoin {"confirmation":"x"} | cluster | commander | 409 not-quarantined
            GET    /api/v1/sites/a/fence     | site | ALL | 200
            POST   /api/v1/sites/a/fence     {"typed":"x"} | site | commander | 400 not-confirmed
            GET    /api/v1/attestations      | some | ALL | 200
            POST   /api/v1/sites/a/attestation {"words":""} | site | commander approver | 400 no-words
            POST   /api/v1/sites/a/attestation/confirmation {"asked":0,"typed":"x"} | site | commander approver | 400 not-confirmed
            POST   /api/v1/sites/a/attestation/withdrawal {} | site | commander approver | 409
            GET    /api/v1/leftovers         | some | ALL | 200
            GET    /api/v1/sites/a/reconciliation | site | ALL | 200
            POST   /api/v1/sites/a/reconciliation {"vms":[],"typed":"x"} | site | commander | 400 not-confirmed
            GET    /api/v1/events            | some | ALL | 200
            GET    /api/v1/openapi.json      | some | ALL | 200
            GET    /healthcheck              | open | | 200
            GET    /metrics                  | some | ALL | 200
            GET    /                         | some | ALL | 200
            GET    /plan/migration/mail      | group | ALL | 200
            POST   /plan/migration/mail      hash= | group | commander | 409
            POST   /plan/failover/mail       hash= | group | commander | 409
            POST   /plan/restart/mail        hash= | group | operator commander | 404
            GET    /runs/RUN                 | group | ALL | 200 | 404
            POST   /runs/RUN                 decision=pause | group | commander | 409 | 404
            POST   /runs/RUN                 decision=skip:start&reason=x | group | commander | 409 | 404
            POST   /runs/RUN                 decision=cancel&reason=x | group | commander | 409 | 404
            POST   /runs/RUN                 decision=approve:start | group | approver | 409 | 404
            GET    /runs/RUN/report          | group | ALL | 200 | 404
            GET    /wishes/zzzzzz            | some | ALL | 404
            POST   /wishes/zzzzzz            act=confirm&typed=x | some | commander approver admin | 404
            POST   /wishes/zzzzzz            act=withdraw | some | commander approver admin | 404
            GET    /inventory                | site | ALL | 200
            GET    /inventory/a              | site | ALL | 200
            GET    /audit                    | cluster | ALL | 200
            GET    /people                   | cluster | admin | 200
            POST   /people                   name=somebody&password=weak&again=weak | cluster | admin | 409
            GET    /people/no.such       | cluster | admin | 404
            POST   /people/no.such       grant=king | cluster | admin | 404
            POST   /people/no.such/password password=x&again=x | cluster | admin | 404
            POST   /people/no.such/removal x= | cluster | admin | 404
            POST   /people/nobody.such/sessions id= | cluster | admin | 303
            POST   /people/no.such/sessions id=zzzzzz | cluster | admin | 404
            POST   /people/no.such/tokens id=zzzzzz | cluster | admin | 404
            GET    /sites/a                  | site | ALL | 200
            POST   /sites/a                  act=fence&typed=x | site | commander | 409
            POST   /sites/a                  act=reconcile&typed=x | site | commander | 409
            POST   /sites/a                  act=attest&words= | site | commander approver | 409
            POST   /sites/a                  act=confirm&typed=x | site | commander approver | 409
            POST   /sites/a                  act=withdraw | site | commander approver | 409
            GET    /takeover                 | some | ALL | 200
            POST   /takeover                 act=ask&words=x&typed=x | cluster | commander approver | 409
            POST   /takeover                 act=confirm&words=x&typed=x | cluster | commander approver | 409
            GET    /quarantine               | cluster | ALL | 404
            POST   /quarantine               typed=x | cluster | commander | 404
            GET    /login                    | open | | 200
            POST   /login                    name=!&password=x | open | | 401
            POST   /logout                   x= | open | | 303
            GET    /assets/adfer.css         | open | | 200
            """;

    private AccessMatrix() {}

    /**
     * One line of the table.
     *
     * @param answer status, and the problem's code where it matters
     * @param hidden the status by which it is hidden from those who may not see it
     */
    record Row(
            String method,
            String path,
            String body,
            String place,
            Set<String> roles,
            String answer,
            int hidden) {
        boolean page() {
            return !path.startsWith("/api/") && !path.equals("/metrics");
        }

        int status() {
            return Integer.parseInt(answer.substring(0, 3));
        }

        String code() {
            return answer.substring(3).strip();
        }

        @Override
        public String toString() {
            return method + " " + path + " " + body;
        }
    }

    /**
     * What was granted.
     *
     * @param scope as people write it, {@code *} for everywhere
     */
    record Held(String role, String scope) {
        static Held of(String grant) {
            String[] parts = grant.split("@", 2);
            return new Held(parts[0], parts.length == 1 ? "*" : parts[1]);
        }

        boolean covers(String place) {
            return switch (place) {
                case "some" -> true;
                case "site" -> Set.of("*", "site:a").contains(scope);
                case "group" ->
                        Set.of("*", "site:a", "label:service=mail", "runbook:mail").contains(scope);
                case "cluster" -> scope.equals("*");
                default -> throw new IllegalArgumentException(place);
            };
        }
    }

    static List<Row> rows(String run, String bundle) {
        return TABLE.lines()
                .map(line -> line.replace("ALL", ALL).replace("RUN", run).replace("BUNDLE", bundle))
                .map(AccessMatrix::row)
                .toList();
    }

    private static Row row(String line) {
        String[] cells = line.split(" *\\| *", -1);
        String[] words = cells[0].strip().split(" +", 3);
        return new Row(
                words[0],
                words[1],
                words.length == 3 ? words[2] : "",
                cells[1],
                Set.of(cells[2].split(" ", -1)),
                cells[3].strip(),
                cells.length > 4 ? Integer.parseInt(cells[4].strip()) : 403);
    }

    /**
     * The status that is due to whoever has all of these layers of grants.
     *
     * @param anyRole the roles of every row of the same endpoint
     */
    static int due(Row row, Set<String> anyRole, List<List<Held>> layers) {
        if (row.place().equals("open") || all(layers, row.roles(), row.place())) {
            return row.status();
        }
        boolean heard = all(layers, anyRole, "some");
        boolean sees = all(layers, Set.of(ALL.split(" ", -1)), row.place());
        return heard && !sees ? row.hidden() : 403;
    }

    private static boolean all(List<List<Held>> layers, Set<String> roles, String place) {
        return layers.stream()
                .allMatch(held ->
                        held.stream()
                                .anyMatch(one -> roles.contains(one.role()) && one.covers(place)));
    }

    // What there is

    /** A method of a resource, by the request that it answers. */
    record Endpoint(String verb, String template, Method method) {
        boolean answers(Row row) {
            String pattern =
                    template.replaceAll("\\{\\w+: *([^}]*)\\}", "$1")
                            .replaceAll("\\{\\w+\\}", "[^/]+");
            return verb.equals(row.method()) && row.path().matches(pattern);
        }

        @Override
        public String toString() {
            return verb + " " + template;
        }
    }

    private static final JavaClasses ADFER =
            new ClassFileImporter()
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    .importPackages("adfer");

    /** Every class with a path. */
    static Set<String> resources() {
        return ADFER.stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    }

    /** Those that the application makes. */
    static Set<String> registered() {
        return ADFER.get("adfer.app.AdferApplication").getConstructorCallsFromSelf().stream()
                .map(call -> call.getTargetOwner())
                .filter(type -> type.isAnnotatedWith(Path.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    }

    static List<Endpoint> endpoints() {
        return ADFER.stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                .map(JavaClass::reflect)
                .flatMap(type ->
                        Arrays.stream(type.getDeclaredMethods())
                                .flatMap(method ->
                                        verb(method)
                                                .map(verb ->
                                                        new Endpoint(
                                                                verb,
                                                                template(type, method),
                                                                method))
                                                .stream()))
                .toList();
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .flatMap(a -> Stream.ofNullable(a.annotationType().getAnnotation(HttpMethod.class)))
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String template(Class<?> type, Method method) {
        String path = ("/" + path(type) + "/" + path(method)).replaceAll("/+", "/");
        return path.length() > 1 && path.endsWith("/")
                ? path.substring(0, path.length() - 1)
                : path;
    }

    private static String path(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(Path.class)).map(Path::value).orElse("");
    }
}
