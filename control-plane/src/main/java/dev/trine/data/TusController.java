package dev.trine.data;

import dev.trine.data.UploadStore.Upload;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import dev.trine.shared.TrineException;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** tus 1.0: creation, creation-with-upload, checksum, expiration, termination. */
@RestController
@RequestMapping("/api/v1/uploads")
@Hidden
class TusController {

    private static final String VERSION = "1.0.0";
    private static final String LENGTH = "Upload-Length";
    private static final String OFFSET = "Upload-Offset";
    private static final String BODY_TYPE = "application/offset+octet-stream";

    private final TusUploads uploads;

    TusController(TusUploads uploads) {
        this.uploads = uploads;
    }

    @ModelAttribute
    void sayVersion(HttpServletResponse response) {
        response.setHeader("Tus-Resumable", VERSION);
    }

    @RequestMapping(method = RequestMethod.OPTIONS)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Public("tells what the protocol can do, nothing else")
    void options(HttpServletResponse response) {
        response.setHeader("Tus-Version", VERSION);
        response.setHeader("Tus-Extension", "creation,creation-with-upload,checksum,expiration,termination");
        response.setHeader("Tus-Checksum-Algorithm", TusChecksum.ALGORITHMS);
    }

    @PostMapping
    @Requires(Permission.DATASETS_WRITE)
    ResponseEntity<Void> create(
            ProjectScope scope,
            @RequestHeader(name = LENGTH, required = false) @Nullable String length,
            @RequestHeader(name = "Upload-Metadata", defaultValue = "") String metadata,
            HttpServletRequest request)
            throws IOException {
        if (length == null) {
            throw TrineException.invalid(LENGTH, "is needed; deferred lengths are not taken");
        }
        long size = bytes(LENGTH, length);
        Map<String, String> told = metadata(metadata);
        Upload upload = uploads.create(
                scope, size, told.getOrDefault("filename", told.getOrDefault("name", "file")), told.get("sha256"));
        long offset = BODY_TYPE.equals(request.getContentType()) || size == 0
                ? uploads.append(scope, upload.id(), 0, request.getInputStream(), checksum(request))
                : 0;
        return ResponseEntity.created(URI.create("/api/v1/uploads/" + upload.id()))
                .header(OFFSET, Long.toString(offset))
                .header("Upload-Expires", expires(upload))
                .build();
    }

    @RequestMapping(path = "/{id}", method = RequestMethod.HEAD)
    @Requires(Permission.DATASETS_WRITE)
    ResponseEntity<Void> offset(ProjectScope scope, @PathVariable UploadId id) throws IOException {
        Upload upload = uploads.resume(scope, id);
        return ResponseEntity.ok()
                .header(OFFSET, Long.toString(upload.offset()))
                .header(LENGTH, Long.toString(upload.sizeBytes()))
                .header("Upload-Expires", expires(upload))
                .header("Cache-Control", "no-store")
                .build();
    }

    @PatchMapping(path = "/{id}", consumes = BODY_TYPE)
    @Requires(Permission.DATASETS_WRITE)
    ResponseEntity<Void> append(
            ProjectScope scope,
            @PathVariable UploadId id,
            @RequestHeader(name = OFFSET, required = false) @Nullable String at,
            HttpServletRequest request)
            throws IOException {
        if (at == null) {
            throw TrineException.invalid(OFFSET, "is needed, as a header");
        }
        long offset = bytes(OFFSET, at);
        long now = uploads.append(scope, id, offset, request.getInputStream(), checksum(request));
        return ResponseEntity.noContent().header(OFFSET, Long.toString(now)).build();
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DATASETS_WRITE)
    void terminate(ProjectScope scope, @PathVariable UploadId id) {
        uploads.terminate(scope, id);
    }

    private static long bytes(String header, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw TrineException.invalid(header, "must be a number of bytes, was '%s'".formatted(value));
        }
    }

    private static @Nullable TusChecksum checksum(HttpServletRequest request) {
        String header = request.getHeader("Upload-Checksum");
        return header == null ? null : TusChecksum.parse(header);
    }

    private static String expires(Upload upload) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(upload.expiresAt().atOffset(ZoneOffset.UTC));
    }

    /** {@code key <Base64>,key <Base64>,…}. */
    static Map<String, String> metadata(String header) {
        var found = new HashMap<String, String>();
        for (String pair : header.split(",", -1)) {
            String[] parts = pair.strip().split(" ", 2);
            if (parts.length == 2) {
                try {
                    found.put(
                            parts[0], new String(Base64.getDecoder().decode(parts[1].strip()), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException notBase64) {
                    throw TrineException.invalid(
                            "Upload-Metadata", "the value of '%s' is not Base64".formatted(parts[0]));
                }
            }
        }
        return found;
    }
}
