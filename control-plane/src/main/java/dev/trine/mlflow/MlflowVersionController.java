package dev.trine.mlflow;

import dev.trine.identity.Public;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The version of MLflow whose wire is spoken, and what of it; clients ask before they use newer calls. */
@Hidden
@RestController
class MlflowVersionController {

    private static final String SPOKEN = "3.17.2";

    @GetMapping(path = "/version", produces = MediaType.TEXT_PLAIN_VALUE)
    @Public("clients ask before they log in, and it tells nothing of the installation")
    String version() {
        return SPOKEN;
    }

    /** What clients may use of what not every server has. */
    @GetMapping({"/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"})
    @Public("clients ask before they log in, and it tells nothing of the installation")
    Map<String, Object> serverInfo() {
        return Map.of(
                "store_type", "SqlStore",
                "workspaces_enabled", false,
                "trace_archival_enabled", false,
                "multipart_uploads_enabled", false,
                "multipart_downloads_enabled", false,
                "presigned_upload_run_id_supported", false,
                "presigned_upload_model_id_supported", false,
                "features_enabled", Map.of("gateway", false));
    }
}
