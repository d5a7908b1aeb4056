package dev.trine.runner;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.trine.lib.metrics.ClassificationReport;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;

/** Predicts a test table with an ONNX model and measures the answers. */
final class Evaluation {

    private static final int BATCH = 1_024;

    private final World world;

    Evaluation(World world) {
        this.world = world;
    }

    /** What to measure; both files are below {@code $TRINE_INPUTS}. */
    record EvaluateSpec(String modelFile, String testFile, String labelColumn) {}

    /** What {@code model.json} tells of the model. */
    record ModelFacts(List<String> classes, List<String> features) {}

    private record Prediction(String label, float probability) {}

    void run() throws IOException {
        EvaluateSpec spec = world.spec(EvaluateSpec.class);
        Path model = world.inputs().resolve(spec.modelFile());
        ModelFacts facts = facts(model.resolveSibling("model.json"));
        Table test = Table.read(world.inputs().resolve(spec.testFile()), spec.labelColumn());
        if (!test.features().equals(facts.features())) {
            throw new WrongInputException(
                    "the model was trained on other columns than the test table has: %d against %d"
                            .formatted(facts.features().size(), test.features().size()));
        }
        classesFit(facts, test);
        List<Prediction> predictions = predict(model, facts, test);
        List<String> labels = predictions.stream().map(Prediction::label).toList();
        ClassificationReport report = ClassificationReport.of(test.labels(), labels);
        Files.createDirectories(world.outputs());
        Files.writeString(world.outputs().resolve("report.json"), World.JSON.writeValueAsString(report) + "\n");
        write(world.outputs().resolve("predictions.csv"), test, predictions);
        world.metric("accuracy", report.accuracy(), 0);
        world.metric("macro_f1", report.macroF1(), 0);
        System.out.printf(
                Locale.ROOT,
                "%d rows: accuracy %.4f, macro F1 %.4f%n",
                report.rows(),
                report.accuracy(),
                report.macroF1());
    }

    /** Before the model is asked; every prediction is one of its classes. */
    private static void classesFit(ModelFacts facts, Table test) {
        var classes = new HashSet<>(facts.classes());
        classes.addAll(test.labels());
        if (classes.size() > ClassificationReport.MOST_CLASSES) {
            throw new WrongInputException(
                    "the model and the column of labels have %d classes in all; a report has at most %d. Is the label a number or an id?"
                            .formatted(classes.size(), ClassificationReport.MOST_CLASSES));
        }
    }

    private static ModelFacts facts(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new WrongInputException("the model has no model.json that names its features and classes");
        }
        return World.JSON
                .readerFor(ModelFacts.class)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(Files.readString(file));
    }

    private static List<Prediction> predict(Path model, ModelFacts facts, Table test) {
        var predictions = new ArrayList<Prediction>(test.rows().size());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.toString(), options)) {
                String input = session.getInputNames().iterator().next();
                for (int from = 0; from < test.rows().size(); from += BATCH) {
                    List<float[]> batch = test.rows()
                            .subList(from, Math.min(from + BATCH, test.rows().size()));
                    predict(environment, session, input, batch, facts, predictions);
                }
            }
        } catch (OrtException e) {
            throw new WrongInputException("the model cannot be run: " + e.getMessage());
        }
        return predictions;
    }

    private static void predict(
            OrtEnvironment environment,
            OrtSession session,
            String input,
            List<float[]> batch,
            ModelFacts facts,
            List<Prediction> predictions)
            throws OrtException {
        int width = facts.features().size();
        FloatBuffer values = FloatBuffer.allocate(batch.size() * width);
        batch.forEach(values::put);
        values.flip();
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values, new long[] {batch.size(), width});
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            FloatBuffer probabilities = ((OnnxTensor) result.get(0)).getFloatBuffer();
            int classes = facts.classes().size();
            for (int row = 0; row < batch.size(); row++) {
                int best = 0;
                for (int i = 1; i < classes; i++) {
                    if (probabilities.get(row * classes + i) > probabilities.get(row * classes + best)) {
                        best = i;
                    }
                }
                predictions.add(new Prediction(facts.classes().get(best), probabilities.get(row * classes + best)));
            }
        }
    }

    private static void write(Path file, Table test, List<Prediction> predictions) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord("row", "label", "prediction", "probability");
            for (int row = 0; row < predictions.size(); row++) {
                Prediction prediction = predictions.get(row);
                csv.writeRecord(
                        Integer.toString(row),
                        test.labels().get(row),
                        prediction.label(),
                        Float.toString(prediction.probability()));
            }
        }
    }
}
