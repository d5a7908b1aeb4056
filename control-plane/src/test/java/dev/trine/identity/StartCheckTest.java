package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import dev.trine.identity.IdentityProperties.Exposure;
import dev.trine.identity.IdentityProperties.Registration;
import dev.trine.identity.StartCheck.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a platform refuses to start with, and what it lets pass. */
class StartCheckTest {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String LONG = "f3a1c97be02d4d5f8a6b";

    /** Settings that are right for a platform that others reach, each to be made wrong by itself. */
    private record Settings(
            Registration registration,
            boolean accepted,
            Exposure exposure,
            @Nullable String password,
            @Nullable String token,
            @Nullable String address,
            boolean accounts) {

        static final Settings RIGHT =
                new Settings(Registration.AUTO, false, Exposure.NETWORK, LONG, LONG, "0.0.0.0", false);

        Settings registration(Registration other) {
            return new Settings(other, accepted, exposure, password, token, address, accounts);
        }

        Settings meant() {
            return new Settings(registration, true, exposure, password, token, address, accounts);
        }

        Settings loopback(String listening) {
            return new Settings(registration, accepted, Exposure.LOOPBACK, password, token, listening, accounts);
        }

        Settings password(@Nullable String other) {
            return new Settings(registration, accepted, exposure, other, token, address, accounts);
        }

        Settings token(@Nullable String other) {
            return new Settings(registration, accepted, exposure, password, other, address, accounts);
        }

        Settings accounts(boolean other) {
            return new Settings(registration, accepted, exposure, password, token, address, other);
        }

        Start start() {
            var identity = new IdentityProperties(
                    registration,
                    accepted,
                    exposure,
                    "admin@trine.local",
                    password,
                    Duration.ofMinutes(15),
                    Duration.ofDays(30),
                    token);
            return new Start(identity, address, accounts);
        }
    }

    @Test
    void whatIsRightStarts() {
        assertThat(StartCheck.failing(Settings.RIGHT.start())).isEmpty();
        assertThat(StartCheck.failing(
                        Settings.RIGHT.password(null).accounts(true).start()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "123456789", "correct horse battery", "administrator"})
    void aShortOrKnownAdminPasswordIsRefused(String password) {
        assertThat(StartCheck.failing(Settings.RIGHT.password(password).start()))
                .containsExactly(StartCheck.ADMIN_PASSWORD);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void noAdminPasswordIsRefusedWhereNobodyCouldLogInWithoutIt(@Nullable String password) {
        Settings without = Settings.RIGHT.password(password);
        assertThat(StartCheck.failing(without.start())).containsExactly(StartCheck.NOBODY);
        assertThat(StartCheck.failing(without.accounts(true).start())).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "secret", "123456789012345", "a long random text"})
    void aMissingShortOrKnownInternalTokenIsRefused(@Nullable String token) {
        assertThat(StartCheck.failing(Settings.RIGHT.token(token).start())).containsExactly(StartCheck.INTERNAL_TOKEN);
    }

    @Test
    void openRegistrationMustBeMeant() {
        Settings open = Settings.RIGHT.registration(Registration.OPEN);
        assertThat(StartCheck.failing(open.start())).containsExactly(StartCheck.OPEN_REGISTRATION);
        assertThat(StartCheck.failing(open.meant().start())).isEmpty();
    }

    @Test
    void aControlPlaneThatOthersReachIsNotOnTheLoopbackAddressAlone() {
        assertThat(StartCheck.failing(Settings.RIGHT.loopback("0.0.0.0").start()))
                .containsExactly(StartCheck.ADDRESS);
        assertThat(StartCheck.failing(Settings.RIGHT.loopback(LOOPBACK).start()))
                .isEmpty();
        assertThat(StartCheck.failing(Settings.RIGHT.loopback("::1").start())).isEmpty();
    }

    @Test
    void whatThisMachineAloneReachesMayBeTriedOutWithAnything() {
        Settings trial = Settings.RIGHT.loopback(LOOPBACK).registration(Registration.OPEN);
        assertThat(StartCheck.failing(trial.password("admin").token(null).start()))
                .isEmpty();
    }

    @Test
    void registrationIsClosedUnlessThisMachineAloneReachesThePlatform() {
        assertThat(Settings.RIGHT.start().identity().registrationIsOpen()).isFalse();
        assertThat(Settings.RIGHT.loopback(LOOPBACK).start().identity().registrationIsOpen())
                .isTrue();
        assertThat(Settings.RIGHT
                        .loopback(LOOPBACK)
                        .registration(Registration.CLOSED)
                        .start()
                        .identity()
                        .registrationIsOpen())
                .isFalse();
    }

    @Test
    void everyReasonIsSaidAndNoSecretIs() {
        Start start = Settings.RIGHT.password("hunter2").token("hunter3").start();
        assertThatThrownBy(() -> StartCheck.require(start))
                .hasMessageContaining("TRINE_ADMIN_PASSWORD")
                .hasMessageContaining("TRINE_INTERNAL_TOKEN")
                .message()
                .doesNotContain("hunter");
    }

    @ParameterizedTest
    @EnumSource
    void theGuideListsIt(StartCheck check) throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "guides", "deploy.md")))
                .contains("| %s | %s |".formatted(check.refused(), check.remedy()));
    }

    @Test
    void aWholeControlPlaneEndsWithTheReasonAndARightOneLetsNobodyRegister(@TempDir Path folder) {
        String database = Schema.freshDatabase();
        assertThatThrownBy(() -> copy(database, folder, "trine.identity.internal-token=inside"))
                .rootCause()
                .hasMessageContaining("the internal token is missing");
        try (Copy copy = copy(database, folder, "trine.identity.internal-token=" + LONG)) {
            Map<String, String> who = Stream.of("name", "password", "email")
                    .collect(Collectors.toMap(name -> name, name -> name + "@example.org"));
            assertThat(copy.send("POST", "/api/v1/auth/register", who, "none")
                            .is(403)
                            .text("code"))
                    .isEqualTo("REGISTRATION_CLOSED");
        }
    }

    private static Copy copy(String database, Path folder, String... settings) {
        String[] all = Stream.concat(Stream.of("trine.identity.exposure=network"), Stream.of(settings))
                .toArray(String[]::new);
        return new Copy(database, folder, new MemoryExecutor("a", 1), all);
    }
}
