package adfer.console;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Accounts;
import adfer.service.Adfer;
import adfer.service.Asked;
import adfer.service.Gate;
import adfer.service.Sessions;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page of everybody, for an admin: who may do what, who is signed in, and who is new. */
@Path("/people")
@Produces(MediaType.TEXT_HTML)
public final class PeoplePage {
    private final Gate gate;
    private final Adfer adfer;
    private final InstantSource clock;

    public PeoplePage(Gate gate, Adfer adfer, InstantSource clock) {
        this.gate = gate;
        this.adfer = adfer;
        this.clock = clock;
    }

    /** Somebody who is to be added, as it was typed. */
    public static final class Newcomer {
        @FormParam("name")
        @DefaultValue("")
        public String name = "";

        @FormParam("title")
        @DefaultValue("")
        public String title = "";

        @FormParam("sealed")
        @DefaultValue("false")
        public boolean sealed;

        @FormParam("reason")
        @DefaultValue("")
        public String reason = "";

        @BeanParam public RoleForm roles = new RoleForm();
    }

    @GET
    @Needs(Right.MANAGE_PEOPLE)
    public Response people(@BeanParam Caller caller) {
        return page(caller.who(), new Newcomer(), List.of());
    }

    private Response page(Principal me, Newcomer typed, List<Problem> problems) {
        Optional<Problem> refusal = me.refused(Right.MANAGE_PEOPLE, Place.CLUSTER);
        if (refusal.isPresent()) {
            return Pages.missing(me, List.of(refusal.get()));
        }
        List<Accounts.PersonView> people = adfer.accounts().people(me);
        Map<String, Long> open =
                adfer.sessions().list(me).stream()
                        .collect(
                                Collectors.groupingBy(
                                        Sessions.SessionView::name,
                                        TreeMap::new,
                                        Collectors.counting()));
        Map<String, Object> model = new HashMap<>();
        model.put("people", people);
        model.put("open", open);
        model.put(
                "strangers",
                open.keySet().stream()
                        .filter(name -> people.stream().noneMatch(it -> it.name().equals(name)))
                        .toList());
        model.put("slowed", gate.slowed(me));
        model.put("wishes", adfer.seconding().list(me));
        model.put("places", RoleForm.places(adfer, me));
        model.put("typed", typed);
        model.put("now", clock.instant());
        return Pages.page(me, "people.jte", model, problems);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.MANAGE_PEOPLE)
    public Response add(
            @BeanParam Caller caller,
            @BeanParam Newcomer typed,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("again") @DefaultValue("") String again) {
        Principal me = caller.who();
        Result<Asked<Accounts.PersonView>> added =
                adfer.accounts()
                        .find(me, typed.name)
                        .then(known -> absent(typed.name, known))
                        .then(ignored -> PersonPage.same(password, again))
                        .then(wanted ->
                                typed.roles
                                        .grants()
                                        .then(grants ->
                                                adfer.accounts()
                                                        .put(
                                                                me,
                                                                "",
                                                                typed.reason,
                                                                typed.name,
                                                                new Accounts.Wanted(
                                                                        typed.title,
                                                                        grants,
                                                                        false,
                                                                        typed.sealed,
                                                                        Optional.of(wanted)
                                                                                .filter(text ->
                                                                                        !text
                                                                                                .isEmpty())))));
        return switch (added) {
            case Result.Ok<Asked<Accounts.PersonView>>(var asked) ->
                    WishResource.after(asked, person -> "/people/" + person.name());
            case Result.Refused<Asked<Accounts.PersonView>>(var problems) ->
                    page(me, typed, problems);
        };
    }

    private static Result<Boolean> absent(String name, Optional<Accounts.PersonView> known) {
        return known.isEmpty()
                ? Result.ok(true)
                : Result.refused("there-already", name + " is there already: look below.");
    }
}
