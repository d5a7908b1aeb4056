package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class DatabaseFaultTest {

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08001", "08003", "08006", "57P01", "57P02", "57P03", "53300"})
    void aBrokenConnectionIsFoundUnderWhateverWrapsIt(String state) {
        var broken = new SQLException("broken", state);
        assertThat(DatabaseFault.isBehind(broken)).isTrue();
        assertThat(DatabaseFault.isBehind(new UncategorizedSQLException("task", "SELECT 1", broken)))
                .isTrue();
        assertThat(DatabaseFault.isBehind(new TransactionSystemException("commit failed", broken)))
                .isTrue();
        assertThat(DatabaseFault.isBehind(new ExecutionException(new IllegalStateException(broken))))
                .isTrue();
    }

    @Test
    void aPoolThatHasNoConnectionToGiveIsADatabaseFault() {
        var timeout = new SQLTransientConnectionException("not available, request timed out after 3000ms");
        assertThat(DatabaseFault.isBehind(new CannotGetJdbcConnectionException("none", timeout)))
                .isTrue();
        assertThat(DatabaseFault.isBehind(new CannotCreateTransactionException("none", timeout)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"57P03, AWAY", "53100, FULL", "40001, CHOSE_ANOTHER", "40P01, CHOSE_ANOTHER"})
    void whatTheDatabaseSaidDecidesOverTheClassesThatWrapIt(String state, DatabaseFault fault) {
        assertThat(DatabaseFault.behind(new DataAccessResourceFailureException("wide", new SQLException("", state))))
                .hasValue(fault);
    }

    @Test
    void whatARollbackWasForCountsWhenTheConnectionIsTooBrokenForIt() {
        var notEvenThat =
                new TransactionSystemException("JDBC rollback failed", new SQLException("Connection is closed"));
        notEvenThat.initApplicationException(
                new DataAccessResourceFailureException("", new SQLException("I/O error", "08006")));
        assertThat(DatabaseFault.behind(notEvenThat)).hasValue(DatabaseFault.AWAY);
    }

    @Test
    void aRollbackThatHasNoConnectionTellsThatTheDatabaseIsAwayThoughNobodySaysWhatItWasFor() {
        assertThat(DatabaseFault.behind(new TransactionSystemException(
                        "JDBC rollback failed", new SQLException("Connection is closed"))))
                .hasValue(DatabaseFault.AWAY);
        assertThat(DatabaseFault.isBehind(new TransactionSystemException("of something else")))
                .isFalse();
    }

    @Test
    void whatDoesNotPassByItselfIsNone() {
        assertThat(DatabaseFault.isBehind(new DuplicateKeyException("twice", new SQLException("twice", "23505"))))
                .isFalse();
        assertThat(DatabaseFault.isBehind(
                        new UncategorizedSQLException("task", "SELEC 1", new SQLException("", "42601"))))
                .isFalse();
        assertThat(DatabaseFault.isBehind(new IOException("disk"))).isFalse();
        assertThat(DatabaseFault.isBehind(null)).isFalse();
    }
}
