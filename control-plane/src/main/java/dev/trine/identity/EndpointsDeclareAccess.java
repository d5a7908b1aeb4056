package dev.trine.identity;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Refuses to start with an endpoint of ours that does not say exactly one of {@link Requires}, {@link Public}, {@link Internal},
 * and with one of a library's that is not known here.
 */
@Component
class EndpointsDeclareAccess implements SmartInitializingSingleton {

    private static final List<Class<? extends Annotation>> DECLARATIONS =
            List.of(Requires.class, Public.class, Internal.class);

    /**
     * What libraries serve to anybody who reaches this process: the description of the API; and, for probes and collectors beside it, health and metrics, which no gateway passes on.
     */
    private static final Set<String> OPEN =
            Set.of("/openapi.json", "/openapi.json.yaml", "/health", "/health/**", "/metrics", "/metrics/**");

    private final List<RequestMappingInfoHandlerMapping> mappings;

    EndpointsDeclareAccess(List<RequestMappingInfoHandlerMapping> mappings) {
        this.mappings = List.copyOf(mappings);
    }

    /** Everything that answers requests, a library's own included. */
    Map<RequestMappingInfo, HandlerMethod> endpoints() {
        var all = new LinkedHashMap<RequestMappingInfo, HandlerMethod>();
        mappings.forEach(mapping -> all.putAll(mapping.getHandlerMethods()));
        return all;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> undeclared = undeclared(endpoints());
        if (!undeclared.isEmpty()) {
            throw new IllegalStateException(
                    "endpoints need exactly one of @Requires (with permissions of one role), @Public and @Internal: "
                            + undeclared);
        }
    }

    static List<String> undeclared(Map<RequestMappingInfo, HandlerMethod> endpoints) {
        return endpoints.entrySet().stream()
                .filter(endpoint -> !declared(endpoint.getKey(), endpoint.getValue()))
                .map(endpoint -> endpoint.getKey() + " " + endpoint.getValue())
                .sorted()
                .toList();
    }

    private static boolean declared(RequestMappingInfo path, HandlerMethod method) {
        return isOurs(method)
                ? declarations(method).count() == 1 && isOfOneRole(method)
                : OPEN.containsAll(path.getPatternValues());
    }

    /** Whether the permissions that it names, if it does, are some and go with the same role. */
    private static boolean isOfOneRole(HandlerMethod method) {
        Requires requires = method.getMethodAnnotation(Requires.class);
        return requires == null
                || Arrays.stream(requires.value())
                                .map(Permission::least)
                                .distinct()
                                .count()
                        == 1;
    }

    private static Stream<Class<? extends Annotation>> declarations(HandlerMethod method) {
        return DECLARATIONS.stream().filter(method::hasMethodAnnotation);
    }

    static boolean isOurs(HandlerMethod method) {
        return method.getBeanType().getName().startsWith("dev.trine.");
    }
}
