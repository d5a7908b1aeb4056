package dev.trine.runner;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Model;
import org.tribuo.ONNXExportable;
import org.tribuo.classification.Label;
import org.tribuo.util.onnx.ONNXContext;
import org.tribuo.util.onnx.ONNXNode;
import org.tribuo.util.onnx.ONNXOperators;

/**
 * Writes {@code model.onnx}, which takes raw feature values (the scaling is part of the graph) and gives a probability per class,
 * and {@code model.json}, which says so.
 */
final class ModelExport {

    static final String INPUT = "input";
    static final String OUTPUT = "probabilities";
    private static final int IR_VERSION = 7;

    private ModelExport() {}

    static void write(Path folder, Model<Label> model, Scaling scaling, List<String> features, List<String> classes)
            throws IOException {
        byte[] onnx = graph((ONNXExportable) model, scaling, features.size(), classes.size());
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), onnx);
        var told = new LinkedHashMap<String, Object>();
        told.put("format", "onnx");
        told.put("inputs", List.of(tensor(INPUT, features.size())));
        told.put("outputs", List.of(tensor(OUTPUT, classes.size())));
        told.put("classes", classes);
        told.put("features", features);
        told.put("sha256", sha256(onnx));
        Files.writeString(
                folder.resolve("model.json"),
                World.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(told) + "\n");
    }

    private static Map<String, Object> tensor(String name, int width) {
        var tensor = new LinkedHashMap<String, Object>();
        tensor.put("name", name);
        tensor.put("datatype", "FP32");
        tensor.put("shape", List.of(-1, width));
        return tensor;
    }

    private static byte[] graph(ONNXExportable model, Scaling scaling, int features, int classes) {
        var context = new ONNXContext();
        context.setName("trine");
        var input = context.floatInput(INPUT, features);
        var output = context.floatOutput(OUTPUT, classes);
        ONNXNode centered = input.apply(ONNXOperators.SUB, context.array("mean", scaling.mean()));
        ONNXNode scaled = centered.apply(ONNXOperators.MUL, context.array("factor", scaling.factor()));
        model.writeONNXGraph(scaled).assignTo(output);
        return OnnxMl.ModelProto.newBuilder()
                .setGraph(context.buildGraph())
                .setProducerName("trine")
                .setDomain("dev.trine")
                .setModelVersion(1)
                .setIrVersion(IR_VERSION)
                .addOpsetImport(ONNXOperators.getOpsetProto())
                .build()
                .toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
