package dev.trine;

import dev.trine.testkit.TestPostgres;

/** Databases that have the newest schema, each a copy of one that was migrated once per JVM. */
public final class Schema {

    private static final String TEMPLATE = migrated();

    private Schema() {}

    /** An empty database of one's own; its JDBC URL. */
    public static String freshDatabase() {
        return TestPostgres.copyOf(TEMPLATE);
    }

    /** The same for stores that are tested on connections of no pool: these reach the rows of every project. */
    public static String freshDatabaseAcrossProjects() {
        return freshDatabase() + "&options=-c%20trine.project=platform";
    }

    private static String migrated() {
        String url = TestPostgres.freshDatabase();
        Migrate.migrate(url);
        return url;
    }
}
