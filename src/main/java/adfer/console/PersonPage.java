package adfer.console;

import adfer.access.Place;
import adfer.access.Principal;
import adfer.access.Right;
import adfer.api.AccessResource;
import adfer.api.Caller;
import adfer.api.Needs;
import adfer.kernel.Problem;
import adfer.kernel.Result;
import adfer.service.Accounts;
import adfer.service.Adfer;
import adfer.service.ApiTokens;
import adfer.service.Sessions;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The page of one person, for an admin and for that person: roles, sessions, tokens, password. */
@Path("/people/{name}")
@Produces(MediaType.TEXT_HTML)
public final class PersonPage {
    private final Adfer adfer;

    public PersonPage(Adfer adfer) {
        this.adfer = adfer;
    }

    @GET
    @Needs(Right.OWN_SESSIONS)
    public Response person(@BeanParam Caller caller, @PathParam("name") String name) {
        return page(caller.who(), name, List.of());
    }

    private Response page(Principal me, String name, List<Problem> problems) {
        return switch (adfer.accounts().find(me, name)) {
            case Result.Refused<Optional<Accounts.PersonView>>(var refusals) ->
                    Pages.missing(me, refusals);
            case Result.Ok<Optional<Accounts.PersonView>>(var known) ->
                    page(me, name, known, problems);
        };
    }

    private Response page(
            Principal me,
            String name,
            Optional<Accounts.PersonView> known,
            List<Problem> problems) {
        List<Sessions.SessionView> sessions =
                adfer.sessions().list(me).stream()
                        .filter(session -> session.name().equals(name))
                        .toList();
        List<ApiTokens.TokenView> tokens =
                adfer.tokens().list(me).stream()
                        .filter(token -> token.owner().equals(name))
                        .toList();
        boolean mine = name.equals(me.name());
        if (!mine && known.isEmpty() && sessions.isEmpty() && tokens.isEmpty()) {
            return Pages.missing(
                    me,
                    problems.isEmpty()
                            ? List.of(
                                    new Problem(
                                            "no-such-person",
                                            "There is nobody called " + name + "."))
                            : problems);
        }
        boolean manages = me.may(Right.MANAGE_PEOPLE, Place.CLUSTER);
        Map<String, Object> model = new HashMap<>();
        model.put("name", name);
        model.put("known", known);
        model.put("sessions", sessions);
        model.put("tokens", tokens);
        model.put("mine", mine);
        model.put("manages", manages);
        model.put("places", manages ? RoleForm.places(adfer, me) : List.of());
        return Pages.page(me, "person.jte", model, problems);
    }

    /** What is ticked is what this person is from now on. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.MANAGE_PEOPLE)
    public Response change(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @FormParam("title") @DefaultValue("") String title,
            @FormParam("disabled") @DefaultValue("false") boolean disabled,
            @FormParam("reason") @DefaultValue("") String reason,
            @BeanParam RoleForm roles) {
        Principal me = caller.who();
        return after(
                me,
                name,
                adfer.accounts()
                        .find(me, name)
                        .then(known ->
                                roles.grants()
                                        .map(grants ->
                                                new Accounts.Wanted(
                                                        title,
                                                        grants,
                                                        disabled,
                                                        sealed(known),
                                                        Optional.empty())))
                        .then(wanted -> adfer.accounts().put(me, "", reason, name, wanted)),
                asked -> WishResource.after(asked, person -> "/people/" + person.name()));
    }

    private static boolean sealed(Optional<Accounts.PersonView> known) {
        return known.filter(Accounts.PersonView::sealed).isPresent();
    }

    /** One's own, by the present one; somebody else's as an admin. */
    @POST
    @Path("password")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.OWN_SESSIONS)
    public Response password(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @FormParam("present") @DefaultValue("") String present,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("again") @DefaultValue("") String again,
            @FormParam("reason") @DefaultValue("") String reason,
            @Context @Nullable HttpServletRequest from) {
        Principal me = caller.who();
        Accounts accounts = adfer.accounts();
        Result<String> typed = same(password, again);
        return name.equals(me.name())
                ? after(
                        me,
                        name,
                        typed.then(wanted ->
                                accounts.changePassword(
                                        me, present, wanted, AccessResource.address(from))),
                        changed -> Pages.seeOther("/login"))
                : after(
                        me,
                        name,
                        typed.then(wanted -> accounts.resetPassword(me, "", reason, name, wanted)),
                        asked -> WishResource.after(asked, person -> "/people/" + person.name()));
    }

    @POST
    @Path("removal")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.MANAGE_PEOPLE)
    public Response remove(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @FormParam("reason") @DefaultValue("") String reason) {
        Principal me = caller.who();
        return after(
                me,
                name,
                adfer.accounts().remove(me, "", reason, name),
                asked -> WishResource.after(asked, gone -> "/people"));
    }

    /** Ends one session, or where none is named everything that this person has open. */
    @POST
    @Path("sessions")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.OWN_SESSIONS)
    public Response end(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @FormParam("id") @DefaultValue("") String id,
            @FormParam("reason") @DefaultValue("") String reason) {
        Principal me = caller.who();
        Result<?> ended =
                id.isEmpty()
                        ? adfer.accounts().endSessions(me, "", reason, name)
                        : adfer.sessions().end(me, "", reason, id);
        return after(me, name, ended, ignored -> Pages.seeOther("/people/" + name));
    }

    @POST
    @Path("tokens")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Needs(Right.OWN_TOKENS)
    public Response revoke(
            @BeanParam Caller caller,
            @PathParam("name") String name,
            @FormParam("id") @DefaultValue("") String id,
            @FormParam("reason") @DefaultValue("") String reason) {
        Principal me = caller.who();
        return after(
                me,
                name,
                adfer.tokens().revoke(me, "", reason, id),
                gone -> Pages.seeOther("/people/" + name));
    }

    /** Goes on where it leads once it is done, or says on this page why not. */
    private <T> Response after(
            Principal me, String name, Result<T> result, Function<T, Response> next) {
        return switch (result) {
            case Result.Ok<T>(var done) -> next.apply(done);
            case Result.Refused<T>(var problems) -> page(me, name, problems);
        };
    }

    static Result<String> same(String password, String again) {
        return password.equals(again)
                ? Result.ok(password)
                : Result.refused("bad-request", "Those were two different passwords.");
    }
}
