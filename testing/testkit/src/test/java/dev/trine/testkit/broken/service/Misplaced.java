package dev.trine.testkit.broken.service;

public final class Misplaced {

    private Misplaced() {}
}
