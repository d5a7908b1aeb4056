package dev.trine.identity;

import java.util.Collection;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Refuses to start with an endpoint of ours that says neither {@link Requires} nor {@link Public}, or both. */
@Component
class EndpointsDeclareAccess implements SmartInitializingSingleton {

    private final RequestMappingHandlerMapping mapping;

    EndpointsDeclareAccess(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> undeclared = undeclared(mapping.getHandlerMethods().values());
        if (!undeclared.isEmpty()) {
            throw new IllegalStateException("endpoints need exactly one of @Requires and @Public: " + undeclared);
        }
    }

    static List<String> undeclared(Collection<HandlerMethod> methods) {
        return methods.stream()
                .filter(method -> method.getBeanType().getName().startsWith("dev.trine."))
                .filter(method ->
                        method.hasMethodAnnotation(Requires.class) == method.hasMethodAnnotation(Public.class))
                .map(HandlerMethod::toString)
                .sorted()
                .toList();
    }
}
