package dev.trine.modelserver;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * A request of the Open Inference Protocol v2, with the binary tensor data extension: after {@code jsonLength} bytes of JSON the
 * raw little-endian bytes of the inputs that say {@code binary_data_size}.
 *
 * @param inputs each name once
 * @param outputs wanted outputs by name, each with whether it is wanted as binary; empty for all
 * @param binaryOutput whether outputs that do not say are wanted as binary
 */
record InferRequest(@Nullable String id, List<Tensor> inputs, Map<String, Boolean> outputs, boolean binaryOutput) {

    /** It lets in what is not finite, which is refused with the input's name where it stands. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    InferRequest {
        inputs = List.copyOf(inputs);
    }

    /**
     * Reads a request. What it allocates is in proportion to the body, whatever shapes the body tells.
     *
     * @param body backed by an array from its start on
     * @param memory of the inputs' values, which end with it
     * @throws ProtocolException 400 that says what is wrong where; 429 when there is no memory for the tensors now
     */
    static InferRequest parse(ByteBuffer body, int jsonLength, Arena memory) {
        if (jsonLength < 0 || jsonLength > body.limit()) {
            throw ProtocolException.badRequest(
                    "Inference-Header-Content-Length is %d but the body has %d bytes", jsonLength, body.limit());
        }
        ByteBuffer json = body.slice(0, jsonLength);
        try (JsonParser parser = parser(json)) {
            return new InferRequestReader(parser, json, body.slice(jsonLength, body.limit() - jsonLength), memory)
                    .read();
        } catch (JacksonException e) {
            throw ProtocolException.badRequest("the request is not JSON: %s", e.getOriginalMessage());
        }
    }

    static JsonParser parser(ByteBuffer json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json.array(), json.arrayOffset(), json.limit());
    }
}
