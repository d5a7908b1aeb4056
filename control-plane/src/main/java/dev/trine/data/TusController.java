package dev.trine.data;

import dev.trine.data.UploadStore.Upload;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import dev.trine.shared.TrineException;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
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
class TusController {

    private static final String VERSION = "1.0.0";
    private static final String LENGTH = "Upload-Length";
    private static final String OFFSET = "Upload-Offset";
    private static final String EXPIRES = "Upload-Expires";
    private static final String CHECKSUM = "Upload-Checksum";
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
    @Hidden
    @Public("tells what the protocol can do, nothing else")
    void options(HttpServletResponse response) {
        response.setHeader("Tus-Version", VERSION);
        response.setHeader("Tus-Extension", "creation,creation-with-upload,checksum,expiration,termination");
        response.setHeader("Tus-Checksum-Algorithm", TusChecksum.ALGORITHMS);
    }

    /**
     * Begins an upload (tus 1.0), with its first bytes if there is a body; go on with PATCH.
     *
     * @param length how many bytes the file has
     * @param metadata pairs of a key and its value in Base64, with commas between: {@code filename}, {@code sha256} (in hex)
     * @param checksum of the body: an algorithm and a hash in Base64
     */
    @PostMapping
    @Requires(Permission.DATASETS_WRITE)
    @RequestBody(content = @Content(mediaType = BODY_TYPE, schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "201",
            description = "The upload is at `Location`; the last part of it is the id that a dataset is made of",
            headers = {
                @Header(name = "Location", required = true, schema = @Schema(type = "string")),
                @Header(name = OFFSET, required = true, schema = @Schema(type = "integer", format = "int64")),
                @Header(name = EXPIRES, required = true, schema = @Schema(type = "string"))
            })
    ResponseEntity<Void> create(
            ProjectScope scope,
            @RequestHeader(LENGTH) long length,
            @RequestHeader(name = "Upload-Metadata", defaultValue = "") String metadata,
            @RequestHeader(name = CHECKSUM, required = false) @Nullable String checksum,
            HttpServletRequest request)
            throws IOException {
        Map<String, String> told = metadata(metadata);
        Upload upload = uploads.create(
                scope, length, told.getOrDefault("filename", told.getOrDefault("name", "file")), told.get("sha256"));
        long offset = BODY_TYPE.equals(request.getContentType()) || length == 0
                ? uploads.append(scope, upload.id(), 0, request.getInputStream(), parsed(checksum))
                : 0;
        return ResponseEntity.created(URI.create("/api/v1/uploads/" + upload.id()))
                .header(OFFSET, Long.toString(offset))
                .header(EXPIRES, expires(upload))
                .build();
    }

    /** How many bytes of an upload have arrived. */
    @RequestMapping(path = "/{id}", method = RequestMethod.HEAD)
    @Requires(Permission.DATASETS_WRITE)
    @ApiResponse(
            responseCode = "200",
            description = "What has arrived",
            headers = {
                @Header(name = OFFSET, required = true, schema = @Schema(type = "integer", format = "int64")),
                @Header(name = LENGTH, required = true, schema = @Schema(type = "integer", format = "int64")),
                @Header(name = EXPIRES, required = true, schema = @Schema(type = "string"))
            })
    ResponseEntity<Void> offset(ProjectScope scope, @PathVariable UploadId id) throws IOException {
        Upload upload = uploads.resume(scope, id);
        return ResponseEntity.ok()
                .header(OFFSET, Long.toString(upload.offset()))
                .header(LENGTH, Long.toString(upload.sizeBytes()))
                .header(EXPIRES, expires(upload))
                .header("Cache-Control", "no-store")
                .build();
    }

    /**
     * Sends the next bytes of an upload. It is complete when its offset is its length.
     *
     * @param offset how many bytes have arrived before
     * @param checksum of the body: an algorithm and a hash in Base64
     */
    @PatchMapping(path = "/{id}", consumes = BODY_TYPE)
    @Requires(Permission.DATASETS_WRITE)
    @RequestBody(
            required = true,
            content = @Content(mediaType = BODY_TYPE, schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "204",
            description = "They have arrived",
            headers = @Header(name = OFFSET, required = true, schema = @Schema(type = "integer", format = "int64")))
    ResponseEntity<Void> append(
            ProjectScope scope,
            @PathVariable UploadId id,
            @RequestHeader(OFFSET) long offset,
            @RequestHeader(name = CHECKSUM, required = false) @Nullable String checksum,
            HttpServletRequest request)
            throws IOException {
        long now = uploads.append(scope, id, offset, request.getInputStream(), parsed(checksum));
        return ResponseEntity.noContent().header(OFFSET, Long.toString(now)).build();
    }

    /** Gives an upload up, with what has arrived. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DATASETS_WRITE)
    void terminate(ProjectScope scope, @PathVariable UploadId id) {
        uploads.terminate(scope, id);
    }

    private static @Nullable TusChecksum parsed(@Nullable String checksum) {
        return checksum == null ? null : TusChecksum.parse(checksum);
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
