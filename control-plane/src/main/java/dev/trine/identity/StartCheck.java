package dev.trine.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * With what a platform does not start. Where only its own machine reaches it, most of it is allowed, to be tried out. The list
 * stands in {@code docs/guides/deploy.md}, too.
 */
@SuppressWarnings("ImmutableEnumChecker") // the predicates keep nothing
enum StartCheck {
    ADDRESS(
            "`trine.identity.exposure` is `loopback`, but the control plane listens on another address",
            "set TRINE_EXPOSURE=network, or TRINE_CONTROL_PLANE_HOST=127.0.0.1",
            start -> !start.network() && !loopback(start.serverAddress())),

    ADMIN_PASSWORD(
            "the first admin's password has less than 10 characters, or is one that everybody knows",
            "set TRINE_ADMIN_PASSWORD to a long random text",
            start -> start.network()
                    && !blank(start.identity().adminPassword())
                    && (String.valueOf(start.identity().adminPassword()).length() < Accounts.MIN_PASSWORD
                            || known(start.identity().adminPassword()))),

    NOBODY(
            "nobody could log in: there is no account, no password for a first admin, and registration is closed",
            "set TRINE_ADMIN_PASSWORD to a long random text",
            start -> start.network()
                    && blank(start.identity().adminPassword())
                    && !start.accounts()
                    && !start.identity().registrationIsOpen()),

    INTERNAL_TOKEN(
            "the internal token is missing, has less than 16 characters, or is one that everybody knows",
            "set TRINE_INTERNAL_TOKEN to what `openssl rand -hex 24` says, the same at the gateways",
            start -> start.network()
                    && (blank(start.identity().internalToken())
                            || String.valueOf(start.identity().internalToken()).length() < 16
                            || known(start.identity().internalToken()))),

    OPEN_REGISTRATION(
            "everybody who reaches the platform may register",
            "set TRINE_REGISTRATION=closed, or TRINE_ACCEPT_OPEN_REGISTRATION=true if that is wanted",
            start -> start.network()
                    && start.identity().registrationIsOpen()
                    && !start.identity().acceptOpenRegistration());

    /** From our own documents, and from everybody's lists. */
    private static final Set<String> KNOWN = Set.of(
            "correct horse battery",
            "correct horse battery staple",
            "a long random text",
            "administrator",
            "changeme123",
            "password123",
            "1234567890",
            "admin@trine.local");

    private final String refused;
    private final String remedy;
    private final Predicate<Start> unsafe;

    StartCheck(String refused, String remedy, Predicate<Start> unsafe) {
        this.refused = refused;
        this.remedy = remedy;
        this.unsafe = unsafe;
    }

    /**
     * What is known at the start.
     *
     * @param serverAddress where the control plane itself listens; null for every address
     * @param accounts whether there are any
     */
    record Start(IdentityProperties identity, @Nullable String serverAddress, boolean accounts) {

        boolean network() {
            return identity.exposure() == IdentityProperties.Exposure.NETWORK;
        }
    }

    String refused() {
        return refused;
    }

    String remedy() {
        return remedy;
    }

    static List<StartCheck> failing(Start start) {
        return Stream.of(values()).filter(check -> check.unsafe.test(start)).toList();
    }

    /** @throws IllegalStateException with every reason not to start */
    static void require(Start start) {
        List<StartCheck> failing = failing(start);
        if (!failing.isEmpty()) {
            throw new IllegalStateException(failing.stream()
                    .map(check -> check.refused + "; " + check.remedy)
                    .collect(Collectors.joining("; also: ", "unsafe settings: ", "")));
        }
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static boolean known(@Nullable String secret) {
        return secret != null && KNOWN.contains(secret);
    }

    private static boolean loopback(@Nullable String address) {
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
