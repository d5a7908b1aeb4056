package dev.trine.identity;

import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions in which {@link Idempotent} methods that prepare first make their things. */
@Component
public class IdempotentTransactions {

    /** The key that came with the request, not taken yet. */
    static final ScopedValue<IdempotentRequests.OpenKey> KEY = ScopedValue.newInstance();

    private final TransactionTemplate transactions;

    public IdempotentTransactions(TransactionTemplate transactions) {
        this.transactions = transactions;
    }

    /**
     * Makes something in a transaction; where the request has an {@code Idempotency-Key}, this takes the key first and keeps the
     * answer. Waits for another request that has the key.
     *
     * @param make makes the thing, and returns what the method will return
     */
    public <T> T execute(Supplier<T> make) {
        return Objects.requireNonNull(
                transactions.execute(status -> KEY.isBound() ? KEY.get().once(make) : make.get()));
    }
}
