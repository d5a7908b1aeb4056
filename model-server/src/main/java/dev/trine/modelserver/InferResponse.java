package dev.trine.modelserver;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response of the protocol.
 *
 * @param jsonLength bytes of JSON at the start when binary data follows; -1 when it is all JSON
 */
record InferResponse(Buffer body, int jsonLength) {

    private static final JsonMapper JSON = new JsonMapper();

    static InferResponse of(String model, String version, InferRequest request, List<Tensor> outputs) {
        var bytes = new ByteArrayOutputStream(512);
        var tail = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("model_name", model);
            json.writeStringProperty("model_version", version);
            @Nullable String id = request.id();
            if (id != null) {
                json.writeStringProperty("id", id);
            }
            json.writeName("outputs");
            json.writeStartArray();
            for (Tensor output : outputs) {
                boolean binary = request.outputs().getOrDefault(output.name(), request.binaryOutput());
                write(json, output, binary);
                if (binary) {
                    byte[] data = new byte[output.data().remaining()];
                    output.data().duplicate().get(data);
                    tail.writeBytes(data);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        int jsonLength = tail.size() == 0 ? -1 : bytes.size();
        bytes.writeBytes(tail.toByteArray());
        return new InferResponse(Buffer.buffer(bytes.toByteArray()), jsonLength);
    }

    private static void write(JsonGenerator json, Tensor output, boolean binary) {
        json.writeStartObject();
        json.writeStringProperty("name", output.name());
        json.writeStringProperty("datatype", output.type().name());
        json.writeName("shape");
        json.writeArray(output.shape(), 0, output.shape().length);
        if (binary) {
            json.writeObjectPropertyStart("parameters");
            json.writeNumberProperty("binary_data_size", output.data().remaining());
            json.writeEndObject();
        } else {
            json.writeName("data");
            json.writeStartArray();
            ByteBuffer data = output.data();
            while (data.hasRemaining()) {
                output.type().write(data, json);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
