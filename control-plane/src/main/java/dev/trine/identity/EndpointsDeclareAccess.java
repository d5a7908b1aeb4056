package dev.trine.identity;

import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Refuses to start with an endpoint of ours that does not say exactly one of {@link Requires}, {@link Public}, {@link Internal}. */
@Component
class EndpointsDeclareAccess implements SmartInitializingSingleton {

    private static final List<Class<? extends Annotation>> DECLARATIONS =
            List.of(Requires.class, Public.class, Internal.class);

    private final RequestMappingHandlerMapping mapping;

    EndpointsDeclareAccess(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> undeclared = undeclared(mapping.getHandlerMethods().values());
        if (!undeclared.isEmpty()) {
            throw new IllegalStateException(
                    "endpoints need exactly one of @Requires, @Public and @Internal: " + undeclared);
        }
    }

    static List<String> undeclared(Collection<HandlerMethod> methods) {
        return methods.stream()
                .filter(method -> method.getBeanType().getName().startsWith("dev.trine."))
                .filter(method -> DECLARATIONS.stream()
                                .filter(method::hasMethodAnnotation)
                                .count()
                        != 1)
                .map(HandlerMethod::toString)
                .sorted()
                .toList();
    }
}
