package dev.trine.identity;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.ProjectPaths;
import dev.trine.shared.Tenancy;
import dev.trine.shared.TrineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Decides for every request, before its handler runs, and hands the decision to its arguments. It looks at the handler that was
 * found and never at the path, which can be spelled in many ways; what is no known endpoint is not there.
 */
@Configuration(proxyBeanMethods = false)
class AccessInterceptor implements WebMvcConfigurer, HandlerInterceptor {

    private static final String INTERNAL_HEADER = "X-Trine-Internal";
    private static final String SCOPE = ProjectScope.class.getName();

    private final Access access;
    private final IdentityProperties properties;
    private final Map<Method, Door> doors = new ConcurrentHashMap<>();

    AccessInterceptor(Access access, IdentityProperties properties) {
        this.access = access;
        this.properties = properties;
    }

    /** What an endpoint asks of whoever calls it. */
    private sealed interface Door {

        /** Nothing. */
        record Open() implements Door {}

        /** That they are a part of the platform. */
        record Inside() implements Door {}

        /**
         * That they may do something.
         *
         * @param inProject whether in a project, or wherever it is
         */
        record Permitted(List<Permission> anyOf, boolean inProject) implements Door {

            Permission[] permissions() {
                return anyOf.toArray(Permission[]::new);
            }
        }

        static Door of(HandlerMethod method) {
            if (!EndpointsDeclareAccess.isOurs(method) || method.hasMethodAnnotation(Public.class)) {
                return new Open(); // what is a library's was found at the start to be one of those that are open
            }
            if (method.hasMethodAnnotation(Internal.class)) {
                return new Inside();
            }
            Requires requires = Objects.requireNonNull(
                    method.getMethodAnnotation(Requires.class), () -> "an endpoint without a permission: " + method);
            return new Permitted(
                    List.of(requires.value()),
                    Arrays.stream(method.getMethodParameters())
                            .anyMatch(parameter -> parameter.getParameterType() == ProjectScope.class));
        }
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new AttributeResolver(ProjectScope.class, SCOPE));
        resolvers.add(new AttributeResolver(Caller.class, Caller.class.getName()));
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)) {
            throw nothing();
        }
        switch (doors.computeIfAbsent(method.getMethod(), found -> Door.of(method))) {
            case Door.Open() -> {}
            case Door.Inside() -> requireInternal(request);
            case Door.Permitted permitted -> requirePermission(permitted, request, response);
        }
        return true;
    }

    private void requirePermission(Door.Permitted door, HttpServletRequest request, HttpServletResponse response) {
        Caller who;
        try {
            who = access.identify(request.getHeader(HttpHeaders.AUTHORIZATION));
        } catch (TrineException refused) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"trine\", Basic realm=\"trine\"");
            throw refused;
        }
        request.setAttribute(Caller.class.getName(), who);
        if (door.inProject()) {
            ProjectScope scope = access.scope(who, request.getHeader(ProjectPaths.HEADER), door.permissions());
            Tenancy.narrow(scope.projectId().value());
            request.setAttribute(SCOPE, scope);
        } else {
            who.require(door.permissions());
        }
    }

    private void requireInternal(HttpServletRequest request) {
        String expected = properties.internalToken();
        String given = request.getHeader(INTERNAL_HEADER);
        if (expected == null || given == null || !Secrets.same(expected, given)) {
            throw nothing();
        }
    }

    private static TrineException nothing() {
        return new TrineException(ErrorCode.NOT_FOUND, "there is nothing at this path");
    }

    private record AttributeResolver(Class<?> type, String attribute) implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == type;
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            return request.getAttribute(attribute, NativeWebRequest.SCOPE_REQUEST);
        }
    }
}
