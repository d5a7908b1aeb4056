package dev.trine.identity;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.ProjectPaths;
import dev.trine.shared.Tenancy;
import dev.trine.shared.TrineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Objects;
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

    AccessInterceptor(Access access, IdentityProperties properties) {
        this.access = access;
        this.properties = properties;
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
        if (!EndpointsDeclareAccess.isOurs(method)) {
            return true; // a library's, which the start has found to be one of those that are open
        }
        if (method.hasMethodAnnotation(Internal.class)) {
            requireInternal(request);
            return true;
        }
        if (method.hasMethodAnnotation(Public.class)) {
            return true;
        }
        Requires requires = Objects.requireNonNull(
                method.getMethodAnnotation(Requires.class), () -> "an endpoint without a permission: " + method);
        Caller who;
        try {
            who = access.identify(request.getHeader(HttpHeaders.AUTHORIZATION));
        } catch (TrineException refused) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"trine\", Basic realm=\"trine\"");
            throw refused;
        }
        request.setAttribute(Caller.class.getName(), who);
        if (takes(method, ProjectScope.class)) {
            ProjectScope scope = access.scope(who, request.getHeader(ProjectPaths.HEADER), requires.value());
            Tenancy.narrow(scope.projectId().value());
            request.setAttribute(SCOPE, scope);
        } else {
            who.require(requires.value());
        }
        return true;
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

    private static boolean takes(HandlerMethod method, Class<?> type) {
        for (MethodParameter parameter : method.getMethodParameters()) {
            if (parameter.getParameterType() == type) {
                return true;
            }
        }
        return false;
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
