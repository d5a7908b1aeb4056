package dev.trine.identity;

/** A person who can log in. */
public record User(UserId id, String email, String name) {}
