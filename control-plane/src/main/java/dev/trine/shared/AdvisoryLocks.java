package dev.trine.shared;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What only one copy of the control plane may do at a time: locks in the database that end with the transaction. */
@Repository
public class AdvisoryLocks {

    private final JdbcClient jdbc;

    AdvisoryLocks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes a lock, waiting for whoever has it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void take(long lock) {
        jdbc.sql("SELECT pg_advisory_xact_lock(:lock)")
                .param("lock", lock)
                .query((row, number) -> 0)
                .list();
    }

    /** Takes a lock unless somebody has it; says whether it did. */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean tryTake(long lock) {
        return jdbc.sql("SELECT pg_try_advisory_xact_lock(:lock)")
                .param("lock", lock)
                .query(Boolean.class)
                .single();
    }
}
