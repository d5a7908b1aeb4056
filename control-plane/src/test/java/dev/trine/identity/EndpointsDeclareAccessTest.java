package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.TrineException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

class EndpointsDeclareAccessTest {

    /** Endpoints that are right and wrong. */
    static final class Endpoints {

        @Requires(Permission.DATASETS_READ)
        public void withPermission() {}

        @Public("a sample")
        public void open() {}

        @Internal
        public void ours() {}

        @Requires({Permission.JOBS_READ, Permission.EVALUATIONS_READ})
        public void oneOfTwo() {}

        public void forgotten() {}

        @Requires({Permission.JOBS_READ, Permission.JOBS_WRITE})
        public void ofTwoRoles() {}

        @Requires({})
        public void ofNone() {}

        @Internal
        @Public("cannot be both")
        public void undecided() {}
    }

    private static HandlerMethod endpoint(String name) {
        try {
            return new HandlerMethod(new Endpoints(), Endpoints.class.getMethod(name));
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anEndpointWithoutOrWithTwoDeclarationsOrRolesIsFound() {
        Map<RequestMappingInfo, HandlerMethod> all = Stream.of(Endpoints.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic()) // a tool that counts what is covered adds some
                .map(Method::getName)
                .collect(Collectors.toMap(
                        name -> RequestMappingInfo.paths("/" + name).build(), EndpointsDeclareAccessTest::endpoint));
        assertThat(EndpointsDeclareAccess.undeclared(all))
                .hasSize(4)
                .anyMatch(name -> name.contains("forgotten"))
                .anyMatch(name -> name.contains("ofTwoRoles"))
                .anyMatch(name -> name.contains("ofNone"))
                .anyMatch(name -> name.contains("undecided"));
    }

    @Test
    void aLibrarysEndpointIsRefusedUnlessItIsKnownToBeOpen() throws NoSuchMethodException {
        var foreign = new HandlerMethod("a bean of the JDK", String.class.getMethod("length"));
        assertThat(EndpointsDeclareAccess.undeclared(
                        Map.of(RequestMappingInfo.paths("/health").build(), foreign)))
                .isEmpty();
        assertThat(EndpointsDeclareAccess.undeclared(
                        Map.of(RequestMappingInfo.paths("/health", "/env").build(), foreign)))
                .singleElement()
                .asString()
                .contains("/env");
    }

    @Test
    @SuppressWarnings("NullAway") // the policy for people is never asked here
    void whatIsNoEndpointIsNotThere() {
        var interceptor = new AccessInterceptor(null, null);
        assertThatThrownBy(() -> interceptor.preHandle(
                        new MockHttpServletRequest("GET", "/file.txt"), new MockHttpServletResponse(), new Object()))
                .hasMessage("there is nothing at this path");
    }

    @Test
    @SuppressWarnings("NullAway") // the policy for people is never asked here
    void anInternalEndpointAsksForTheTokenHoweverItsPathIsSpelled() {
        var interceptor = new AccessInterceptor(
                null,
                new IdentityProperties(
                        IdentityProperties.Registration.CLOSED,
                        false,
                        IdentityProperties.Exposure.LOOPBACK,
                        "a@b",
                        null,
                        Duration.ofMinutes(1),
                        Duration.ofDays(1),
                        "secret-token"));
        for (String path :
                List.of("/internal/gateway/config", "/internal;a=b/gateway/config", "//internal/gateway/config")) {
            var request = new MockHttpServletRequest("GET", path);
            assertThatThrownBy(() -> interceptor.preHandle(request, new MockHttpServletResponse(), endpoint("ours")))
                    .as(path)
                    .isInstanceOf(TrineException.class);
            request.addHeader("X-Trine-Internal", "secret-token");
            assertThatCode(() -> interceptor.preHandle(request, new MockHttpServletResponse(), endpoint("ours")))
                    .as(path)
                    .doesNotThrowAnyException();
        }
    }
}
