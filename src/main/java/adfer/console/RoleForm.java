package adfer.console;

import adfer.access.Grant;
import adfer.access.Principal;
import adfer.access.Role;
import adfer.access.Scope;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.mesh.Topology;
import adfer.service.Adfer;
import adfer.state.Published;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The part of a form in which roles are ticked, and one more is given for a place. */
public final class RoleForm {
    @FormParam("grant")
    public List<String> ticked = new ArrayList<>();

    @FormParam("role")
    @DefaultValue("")
    public String role = "";

    @FormParam("where")
    @DefaultValue("*")
    public String where = "*";

    /** Somewhere a role can hold, besides everywhere. */
    public record Where(Scope scope) {
        public String words() {
            return Words.where(scope).strip();
        }
    }

    /** What was asked for, or each sentence about what is no role. */
    Result<List<Grant>> grants() {
        Set<Grant> grants = new LinkedHashSet<>();
        List<Problem> problems = new ArrayList<>();
        Stream<String> one = role.isBlank() ? Stream.empty() : Stream.of(role + "@" + where);
        Stream.concat(ticked.stream(), one)
                .map(Grant::parse)
                .forEach(parsed -> {
                    switch (parsed) {
                        case Result.Ok<Grant>(var grant) -> grants.add(grant);
                        case Result.Refused<Grant>(var wrong) -> problems.addAll(wrong);
                    }
                });
        return problems.isEmpty() ? Result.ok(List.copyOf(grants)) : new Result.Refused<>(problems);
    }

    /** What can be ticked: every role everywhere, and what somebody has already at some place. */
    public static List<String> choices(List<String> held) {
        Set<String> all = new LinkedHashSet<>();
        for (Role role : Role.values()) {
            all.add(role.word());
        }
        all.addAll(held);
        return List.copyOf(all);
    }

    /** Where else there is to have a role: sites, services, and the labels that mark these. */
    static List<Where> places(Adfer adfer, Principal me) {
        List<Published> runbooks = adfer.runbooks(me);
        Stream<Scope> sites =
                adfer.watch().topology().sites().stream()
                        .filter(site -> site.role() == Topology.Role.DATA_CENTRE)
                        .map(site -> new Scope.AtSite(site.id()));
        Stream<Scope> services =
                runbooks.stream().map(known -> new Scope.OfRunbook(known.runbook().group()));
        Stream<Scope> labels =
                runbooks.stream()
                        .flatMap(known -> known.runbook().protect().labels().stream())
                        .distinct()
                        .sorted()
                        .map(Scope.Labelled::new);
        return Stream.of(sites, services, labels).flatMap(it -> it).map(Where::new).toList();
    }
}
