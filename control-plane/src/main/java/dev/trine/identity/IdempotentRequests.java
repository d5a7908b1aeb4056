package dev.trine.identity;

import dev.trine.identity.IdempotencyStore.KeptAnswer;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.Json;
import dev.trine.shared.TrineException;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@link Idempotent} methods. The key's row is inserted first, in one transaction with all that the method does: a second
 * request with the same key waits at that row until the first has committed, and then finds its answer; where the first fails
 * or its process dies, the row is gone with everything else, and the second does the work. A method that {@linkplain
 * Idempotent#prepares() prepares} does so before that transaction.
 */
final class IdempotentRequests implements MethodInterceptor {

    static final Pattern KEY = Pattern.compile("[!-~]{1,200}");
    private static final List<String> KEPT_HEADERS = List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG);

    private final ObjectProvider<IdempotencyStore> store;
    private final ObjectProvider<TransactionTemplate> transactions;
    private final ObjectProvider<JsonMapper> wire;

    /** Providers, since an advisor exists before the beans it advises. */
    IdempotentRequests(
            ObjectProvider<IdempotencyStore> store,
            ObjectProvider<TransactionTemplate> transactions,
            ObjectProvider<JsonMapper> wire) {
        this.store = store;
        this.transactions = transactions;
        this.wire = wire;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        HttpServletRequest request = request();
        String key = request.getHeader(Idempotent.HEADER);
        if (key == null) {
            return call.proceed();
        }
        if (!KEY.matcher(key).matches()) {
            throw TrineException.invalid(Idempotent.HEADER, "must be 1 to 200 printable ASCII characters");
        }
        Caller caller = (Caller) Objects.requireNonNull(request.getAttribute(Caller.class.getName()));
        var open = new OpenKey(caller.userId(), key, digest(request, call), call.getMethod());
        if (preparesFirst(call.getMethod())) {
            open.requireUnanswered(store.getObject().kept(caller.userId(), key));
            Object made = ScopedValue.where(IdempotentTransactions.KEY, open).call(call::proceed);
            if (!open.hasKept(made)) {
                throw new IllegalStateException(
                        call.getMethod() + " does not answer with what it made by IdempotentTransactions");
            }
            return made;
        }
        try {
            return transactions.getObject().execute(status -> open.once(() -> proceed(call)));
        } catch (UndeclaredThrowableException checked) {
            throw Objects.requireNonNull(checked.getCause());
        }
    }

    private static boolean preparesFirst(Method method) {
        return Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, Idempotent.class))
                .prepares();
    }

    /** The key of one request, which its transaction takes. */
    final class OpenKey {

        private final UserId user;
        private final String key;
        private final String digest;
        private final Method method;
        private boolean taken;
        /** What the answer was kept of. */
        private @Nullable Object made;

        private OpenKey(UserId user, String key, String digest, Method method) {
            this.user = user;
            this.key = key;
            this.digest = digest;
            this.method = method;
        }

        /** Takes the key, makes the thing, and keeps the answer, all in the transaction of the caller. */
        <T extends @Nullable Object> T once(Supplier<T> make) {
            requireUnanswered(store.getObject().claim(user, key, digest));
            T result = make.get();
            store.getObject().answered(user, key, answer(method, result));
            taken = true;
            made = result;
            return result;
        }

        /** Whether it is of this very answer that the key's was kept. */
        @SuppressWarnings("ReferenceEquality") // an equal one would not be it
        private boolean hasKept(@Nullable Object answer) {
            return taken && answer == made;
        }

        private void requireUnanswered(Optional<KeptAnswer> earlier) {
            if (earlier.isEmpty()) {
                return;
            }
            if (!earlier.get().requestSha256().equals(digest)) {
                throw new TrineException(
                        ErrorCode.IDEMPOTENCY_CONFLICT,
                        "the %s '%s' came with another request before; use a new key"
                                .formatted(Idempotent.HEADER, key));
            }
            throw new AlreadyAnswered(earlier.get());
        }
    }

    /** As often as the transaction is made anew. */
    private static @Nullable Object proceed(MethodInvocation call) {
        try {
            return ((ProxyMethodInvocation) call).invocableClone().proceed();
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable checked) {
            throw new UndeclaredThrowableException(checked);
        }
    }

    private IdempotencyStore.Answer answer(Method method, @Nullable Object made) {
        ResponseStatus declared = AnnotatedElementUtils.findMergedAnnotation(method, ResponseStatus.class);
        int status = declared == null ? HttpStatus.OK.value() : declared.code().value();
        Object body = made;
        Map<String, String> headers = new HashMap<>();
        if (made instanceof ResponseEntity<?> whole) {
            status = whole.getStatusCode().value();
            body = whole.getBody();
            for (String name : KEPT_HEADERS) {
                String value = whole.getHeaders().getFirst(name);
                if (value != null) {
                    headers.put(name, value);
                }
            }
        }
        return new IdempotencyStore.Answer(status, headers, wire.getObject().writeValueAsString(body));
    }

    /** What makes two requests the same: method, path, project, parameters and body. */
    private static String digest(HttpServletRequest request, MethodInvocation call) {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(request.getMethod());
        parts.add(request.getRequestURI());
        @Nullable Object[] arguments = call.getArguments();
        Annotation[][] annotations = call.getMethod().getParameterAnnotations();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof ProjectScope scope) {
                parts.add(scope.projectId().toString());
            } else if (isContent(annotations[i])) {
                parts.add(arguments[i]);
            }
        }
        return Secrets.sha256(Json.write(parts));
    }

    private static boolean isContent(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation instanceof RequestBody
                    || annotation instanceof PathVariable
                    || annotation instanceof RequestParam) {
                return true;
            }
        }
        return false;
    }

    private static HttpServletRequest request() {
        return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
    }

    /** Leads from inside the transaction to the answer that was given before. */
    static final class AlreadyAnswered extends RuntimeException {

        private final transient KeptAnswer kept;

        AlreadyAnswered(KeptAnswer kept) {
            super("answered before", null, false, false);
            this.kept = kept;
        }

        KeptAnswer kept() {
            return kept;
        }
    }
}
