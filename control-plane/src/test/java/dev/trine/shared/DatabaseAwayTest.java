package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class DatabaseAwayTest {

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08001", "08003", "08006", "57P01", "57P02", "57P03", "53300"})
    void aBrokenConnectionIsFoundUnderWhateverWrapsIt(String state) {
        var broken = new SQLException("broken", state);
        assertThat(DatabaseAway.isBehind(broken)).isTrue();
        assertThat(DatabaseAway.isBehind(new UncategorizedSQLException("task", "SELECT 1", broken)))
                .isTrue();
        assertThat(DatabaseAway.isBehind(new TransactionSystemException("commit failed", broken)))
                .isTrue();
        assertThat(DatabaseAway.isBehind(new ExecutionException(new IllegalStateException(broken))))
                .isTrue();
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsADatabaseAway() {
        var timeout = new SQLTransientConnectionException("not available, request timed out after 3000ms");
        assertThat(DatabaseAway.isBehind(new CannotGetJdbcConnectionException("none", timeout)))
                .isTrue();
        assertThat(DatabaseAway.isBehind(new CannotCreateTransactionException("none", timeout)))
                .isTrue();
    }

    @Test
    void whatDoesNotPassByItselfIsNone() {
        assertThat(DatabaseAway.isBehind(new DuplicateKeyException("twice", new SQLException("twice", "23505"))))
                .isFalse();
        assertThat(DatabaseAway.isBehind(
                        new UncategorizedSQLException("task", "SELEC 1", new SQLException("", "42601"))))
                .isFalse();
        assertThat(DatabaseAway.isBehind(new IOException("disk"))).isFalse();
        assertThat(DatabaseAway.isBehind(null)).isFalse();
    }
}
