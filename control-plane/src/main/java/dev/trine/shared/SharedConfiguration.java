package dev.trine.shared;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Time, randomness and the arguments every controller may take. */
@Configuration(proxyBeanMethods = false)
class SharedConfiguration implements WebMvcConfigurer {

    private static final int MOST_AT_ONCE = 16;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    RandomGenerator randomGenerator() {
        return new SecureRandom();
    }

    /**
     * Runs what is to happen again and again. Each has a thread when its time comes: a sweep that takes long, or waits for a store
     * that does not answer, must not keep the nodes from being looked at.
     */
    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        var scheduler = new ThreadPoolTaskScheduler();
        scheduler.setVirtualThreads(true);
        scheduler.setPoolSize(MOST_AT_ONCE);
        scheduler.setThreadNamePrefix("again-");
        return scheduler;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new PageRequestResolver());
    }

    private static final class PageRequestResolver implements HandlerMethodArgumentResolver {

        private static final Map<Class<?>, BiFunction<@Nullable String, @Nullable String, Object>> PAGES = Map.of(
                PageRequest.class, PageRequest::parse,
                NamedPageRequest.class, NamedPageRequest::parse,
                SearchPageRequest.class, SearchPageRequest::parse);

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return PAGES.containsKey(parameter.getParameterType());
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            return Objects.requireNonNull(PAGES.get(parameter.getParameterType()))
                    .apply(request.getParameter("pageSize"), request.getParameter("pageToken"));
        }
    }
}
