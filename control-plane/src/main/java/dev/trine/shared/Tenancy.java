package dev.trine.shared;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose rows the statements of this thread reach, as PostgreSQL's row-level security is told: those of one project, or, for what is
 * done across projects, those of the platform. It is the second lock behind the {@code project_id} of every query: a query that
 * forgets it finds nothing of another project.
 *
 * <p>A request that names a project is narrowed to it as soon as access is decided. Loops, migrations, and requests that name none
 * (logins, organizations) act for the platform, and so does a thread that a request starts, unless it takes the project along by
 * {@link #within}.
 */
public final class Tenancy {

    /** What the setting {@code trine.project} is for what is done across projects. */
    static final String PLATFORM = "platform";

    private static final ScopedValue<Tenancy> CURRENT = ScopedValue.newInstance();

    private volatile String reach;

    private Tenancy(String reach) {
        this.reach = reach;
    }

    /** Work that gives something and may fail. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, X extends Throwable> {
        T run() throws X;
    }

    /** Does something with the rows of one project only. */
    public static <T extends @Nullable Object, X extends Throwable> T within(UUID project, Work<T, X> work) throws X {
        return bound(project.toString(), work);
    }

    /**
     * Does something that looks at the rows of every project, and tells the caller nothing of others: how much of a machine is
     * taken, how long a queue is.
     */
    public static <T extends @Nullable Object, X extends Throwable> T acrossProjects(Work<T, X> work) throws X {
        return bound(PLATFORM, work);
    }

    private static <T extends @Nullable Object, X extends Throwable> T bound(String reach, Work<T, X> work) throws X {
        return ScopedValue.where(CURRENT, new Tenancy(reach)).call(work::run);
    }

    /**
     * Narrows the rest of the running request to one project.
     *
     * @throws IllegalStateException outside of a request, and in one that has been narrowed to another project
     */
    public static void narrow(UUID project) {
        Tenancy request = CURRENT.orElseThrow(() -> new IllegalStateException("no request to narrow to " + project));
        String wanted = project.toString();
        if (!request.reach.equals(PLATFORM) && !request.reach.equals(wanted)) {
            throw new IllegalStateException("narrowed to project %s already, not %s".formatted(request.reach, wanted));
        }
        request.reach = wanted;
    }

    /** The value of {@code trine.project} for the statements of this thread. */
    static String reach() {
        return CURRENT.isBound() ? CURRENT.get().reach : PLATFORM;
    }
}
