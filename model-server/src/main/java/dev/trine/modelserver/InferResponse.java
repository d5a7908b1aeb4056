package dev.trine.modelserver;

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
record InferResponse(AnswerBytes body, int jsonLength) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Writes one.
     *
     * @param share takes the room that it needs
     * @throws ProtocolException 413 or 429 if there is no room
     */
    static InferResponse of(
            String model, String version, InferRequest request, List<Tensor> outputs, InFlight.Share share) {
        var bytes = new AnswerBytes(share);
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
                write(json, output, isBinary(request, output));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        long jsonLength = bytes.length();
        for (Tensor output : outputs) {
            if (isBinary(request, output)) {
                bytes.write(output.data().duplicate());
            }
        }
        return new InferResponse(bytes, jsonLength == bytes.length() ? -1 : Math.toIntExact(jsonLength));
    }

    private static boolean isBinary(InferRequest request, Tensor output) {
        return request.outputs().getOrDefault(output.name(), request.binaryOutput());
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
            ByteBuffer data = output.data().duplicate().order(output.data().order());
            while (data.hasRemaining()) {
                output.type().write(data, json);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
