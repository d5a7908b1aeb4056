package dev.trine.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** PostgreSQL and Redis beside this process; each is left out where the environment names one elsewhere. */
final class Engines implements AutoCloseable {

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(5);

    private final List<EngineKeeper> kept;
    private final String databaseUrl;
    private final String redisUrl;
    private final boolean ownDatabase;

    private Engines(List<EngineKeeper> kept, String databaseUrl, String redisUrl, boolean ownDatabase) {
        this.kept = List.copyOf(kept);
        this.databaseUrl = databaseUrl;
        this.redisUrl = redisUrl;
        this.ownDatabase = ownDatabase;
    }

    /**
     * Begins to start both side by side; their addresses are known at once.
     *
     * @param fastUnsafe whether the database need not survive a crash of the machine
     */
    static Engines start(Home home, boolean fastUnsafe) throws IOException {
        var kept = new ArrayList<EngineKeeper>();
        String database = System.getenv("TRINE_DATABASE_URL");
        boolean own = database == null || database.isBlank();
        if (own) {
            var engine = new PostgresEngine(home, fastUnsafe);
            database = engine.url();
            kept.add(EngineKeeper.keep(engine, BETWEEN_QUESTIONS));
        }
        String redis = System.getenv("TRINE_REDIS_URL");
        if (redis == null || redis.isBlank()) {
            var engine = new RedisEngine(home);
            redis = engine.url();
            kept.add(EngineKeeper.keep(engine, BETWEEN_QUESTIONS));
        }
        return new Engines(kept, database, redis, own);
    }

    /** Completes when those that are ours run; exceptionally, saying which, when one does not start. */
    CompletableFuture<Void> up() {
        var all = new CompletableFuture<Void>();
        List<CompletableFuture<Void>> each = kept.stream().map(EngineKeeper::up).toList();
        var _ = CompletableFuture.allOf(each.toArray(CompletableFuture[]::new)).thenRun(() -> all.complete(null));
        each.forEach(one -> one.exceptionally(failure -> {
            all.completeExceptionally(failure);
            return null;
        }));
        return all;
    }

    /** JDBC URL, user and password included. */
    String databaseUrl() {
        return databaseUrl;
    }

    /** The same without what follows the path, which may be a password. */
    String databaseAddress() {
        int query = databaseUrl.indexOf('?');
        return query < 0 ? databaseUrl : databaseUrl.substring(0, query);
    }

    /** Whether the database is one that we start, and so one worth waiting for. */
    boolean ownDatabase() {
        return ownDatabase;
    }

    String redisUrl() {
        return redisUrl;
    }

    /** The platform is about to stop: engines that end by themselves are not started again. */
    void letEnd() {
        kept.forEach(EngineKeeper::letEnd);
    }

    @Override
    public void close() {
        kept.reversed().forEach(EngineKeeper::close);
    }
}
