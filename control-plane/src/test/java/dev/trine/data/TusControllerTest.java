package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.patch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.trine.identity.ProjectScope;
import dev.trine.shared.ProblemHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.MethodParameter;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.RequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class TusControllerTest {

    private static final String UPLOAD = "/api/v1/uploads/" + new UploadId(new UUID(0, 9));

    private MockMvc http;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        var bench = new Workbench(folder);
        http = MockMvcBuilders.standaloneSetup(new TusController(bench.uploads))
                .setControllerAdvice(new ProblemHandler())
                .setCustomArgumentResolvers(new TheScope(bench.scope))
                .build();
    }

    @Test
    void bytesWithoutAnOffsetAreRefusedWithTheNameOfTheHeader() throws Exception {
        assertThat(refused(patch(UPLOAD).contentType("application/offset+octet-stream")))
                .contains("\"field\":\"Upload-Offset\"", "is needed");
    }

    @Test
    void anOffsetThatIsNoNumberIsRefusedWithTheNameOfTheHeader() throws Exception {
        assertThat(refused(patch(UPLOAD)
                        .contentType("application/offset+octet-stream")
                        .header("Upload-Offset", "twelve")))
                .contains("\"field\":\"Upload-Offset\"", "'twelve'");
    }

    @Test
    void aLengthThatIsNoNumberIsRefusedWithTheNameOfTheHeader() throws Exception {
        assertThat(refused(post("/api/v1/uploads").header("Upload-Length", "1e3")))
                .contains("\"field\":\"Upload-Length\"", "'1e3'");
    }

    private String refused(RequestBuilder request) throws Exception {
        MockHttpServletResponse response = http.perform(request).andReturn().getResponse();
        assertThat(response.getStatus()).isEqualTo(422);
        return response.getContentAsString();
    }

    private record TheScope(ProjectScope scope) implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == ProjectScope.class;
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer model,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            return scope;
        }
    }
}
