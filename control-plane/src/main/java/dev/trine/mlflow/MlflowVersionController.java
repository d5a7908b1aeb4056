package dev.trine.mlflow;

import dev.trine.identity.Public;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The version of MLflow whose wire is spoken; clients ask it before they use newer calls. */
@Hidden
@RestController
class MlflowVersionController {

    private static final String SPOKEN = "3.17.2";

    @GetMapping(path = "/version", produces = MediaType.TEXT_PLAIN_VALUE)
    @Public("clients ask before they log in, and it tells nothing of the installation")
    String version() {
        return SPOKEN;
    }
}
