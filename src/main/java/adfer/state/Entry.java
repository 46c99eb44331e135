package adfer.state;

import adfer.kernel.Actor;

import java.time.Instant;

/**
 * A command as it stands in the log.
 *
 * @param request names the wish behind it, so that asking twice has one effect; empty where that
 *     doesn't matter
 * @param at the proposer's wall clock; for people to read, never for decisions of safety
 * @param reason why, in the actor's words; may be empty
 */
public record Entry(String request, Actor actor, Instant at, String reason, Command command) {}
