package dev.trine.runner;

/** The input is wrong, and will be the next time too; the message is for the user who gave it. */
final class WrongInputException extends RuntimeException {
    WrongInputException(String message) {
        super(message);
    }
}
