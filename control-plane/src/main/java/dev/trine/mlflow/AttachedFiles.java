package dev.trine.mlflow;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.storage.Blobs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.stereotype.Component;

/** Answers with the bytes of a file. It is an attachment always, so that no browser runs what somebody has logged. */
@Component
class AttachedFiles {

    /** What MLflow's clients and pages want to read as text, by what follows the last dot, or the name without one. */
    private static final Set<String> TEXTS = Set.of(
            "txt",
            "log",
            "err",
            "cfg",
            "conf",
            "cnf",
            "cf",
            "ini",
            "properties",
            "prop",
            "hocon",
            "toml",
            "yaml",
            "yml",
            "xml",
            "json",
            "js",
            "py",
            "py3",
            "csv",
            "tsv",
            "md",
            "rst",
            "ipynb",
            "MLmodel",
            "MLproject");

    private final Blobs blobs;

    AttachedFiles(Blobs blobs) {
        this.blobs = blobs;
    }

    void send(Artifact file, HttpServletResponse response) throws IOException {
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        begin(name, mediaType(name), file.sizeBytes(), response);
        try (var bytes = blobs.open(file.objectKey())) {
            bytes.transferTo(response.getOutputStream());
        }
    }

    static void sendJson(String name, String json, HttpServletResponse response) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        begin(name, MediaType.APPLICATION_JSON, bytes.length, response);
        response.getOutputStream().write(bytes);
    }

    private static void begin(String name, MediaType type, long size, HttpServletResponse response) {
        response.setContentType(type.toString());
        response.setContentLengthLong(size);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                ContentDisposition.attachment()
                        .filename(name, StandardCharsets.UTF_8)
                        .build()
                        .toString());
    }

    static MediaType mediaType(String name) {
        return TEXTS.contains(name.substring(name.lastIndexOf('.') + 1))
                ? MediaType.TEXT_PLAIN
                : MediaTypeFactory.getMediaType(name).orElse(MediaType.APPLICATION_OCTET_STREAM);
    }
}
