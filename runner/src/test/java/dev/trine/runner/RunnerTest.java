package dev.trine.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@SuppressWarnings("NullAway.Init") // JUnit fills the field
class RunnerTest {

    private static final Path DIGITS = Path.of("..", "examples", "digits", "digits.csv.gz");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"logistic-regression, 30", "factorization-machine, 8"})
    void aModelOfTheDigitsIsMoreThanNinetyFivePercentRightAndItsExportAgrees(String algorithm, int epochs)
            throws IOException {
        digits();
        train(algorithm, "{\"seed\":7,\"epochs\":%d}".formatted(epochs));
        List<JsonNode> events = events();
        double told = events.stream()
                .filter(event -> event.path("key").asString("").equals("validation_accuracy"))
                .toList()
                .getLast()
                .path("value")
                .asDouble();
        evaluate();
        JsonNode report = World.JSON.readTree(Files.readString(outputs().resolve("report.json")));
        assertThat(report.path("accuracy").asDouble()).isGreaterThan(0.95).isEqualTo(told);
        assertThat(report.path("rows").asInt()).isEqualTo(359);
        assertThat(Files.readAllLines(outputs().resolve("predictions.csv"))).hasSize(360);
    }

    @Test
    void theLossFallsFromEpochToEpochAndEveryEpochIsTold() throws IOException {
        digits();
        train("logistic-regression", "{\"epochs\":5}");
        List<Double> losses = events().stream()
                .filter(event -> event.path("key").asString("").equals("train_loss"))
                .map(event -> event.path("value").asDouble())
                .toList();
        assertThat(losses)
                .hasSize(5)
                .isSortedAccordingTo((a, b) -> Double.compare(b, a))
                .allMatch(loss -> loss > 0);
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        digits();
        train("logistic-regression", "{\"seed\":3,\"epochs\":3}");
        byte[] first = Files.readAllBytes(outputs().resolve("model/model.onnx"));
        train("logistic-regression", "{\"seed\":3,\"epochs\":3}");
        assertThat(Files.readAllBytes(outputs().resolve("model/model.onnx"))).isEqualTo(first);
        train("logistic-regression", "{\"seed\":4,\"epochs\":3}");
        assertThat(Files.readAllBytes(outputs().resolve("model/model.onnx"))).isNotEqualTo(first);
    }

    @Test
    void theModelsDescriptionNamesItsTensorsClassesAndFeatures() throws IOException {
        digits();
        train("logistic-regression", "{\"epochs\":1}");
        JsonNode told = World.JSON.readTree(Files.readString(outputs().resolve("model/model.json")));
        assertThat(told.path("inputs").path(0).path("shape").path(1).asInt()).isEqualTo(64);
        assertThat(told.path("classes")).hasSize(10);
        assertThat(told.path("features").path(0).asString()).isEqualTo("pixel_0_0");
        assertThat(told.path("sha256").asString()).hasSize(64);
    }

    @Test
    void aGzippedTableIsReadAsWell() throws IOException {
        digits();
        Path plain = inputs().resolve("train/train.csv");
        try (var out = new GZIPOutputStream(Files.newOutputStream(inputs().resolve("train/zipped")))) {
            Files.copy(plain, out);
        }
        Files.move(inputs().resolve("train/zipped"), plain, StandardCopyOption.REPLACE_EXISTING);
        train("logistic-regression", "{\"epochs\":1}");
        assertThat(outputs().resolve("model/model.onnx")).exists();
    }

    @Test
    void wrongInputIsToldWithItsPlace() throws IOException {
        wrong("a,label\n1,x\nfoo,y\n", "row 2", "'foo'", "'a'");
        wrong("a,label\n1,x\nNaN,y\n", "row 2", "'NaN'");
        wrong("a,b\n1,2\n", "no column 'label'");
        wrong("a,label\n", "no rows");
        wrong("", "empty");
        wrong("a,label\n1,x\n2,x\n", "one value only");
    }

    @Test
    void aParameterThatIsNotThereOrOutOfRangeIsTold() throws IOException {
        digits();
        assertThatThrownBy(() -> train("logistic-regression", "{\"factors\":3}"))
                .hasMessageContaining("factors");
        assertThatThrownBy(() -> train("logistic-regression", "{\"epochs\":0}")).hasMessageContaining("epochs");
        assertThatThrownBy(() -> train("logistic-regression", "{\"epochs\":\"x\"}"))
                .hasMessageContaining("epochs");
        assertThatThrownBy(() -> train("magic", "{}")).hasMessageContaining("magic");
    }

    @Test
    void anEvaluationOfDamagedModelsIsRefused() throws IOException {
        digits();
        train("logistic-regression", "{\"epochs\":1}");
        move();
        Files.writeString(inputs().resolve("model/model.onnx"), "not a model");
        assertThatThrownBy(() -> new Evaluation(world(EVALUATE)).run())
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("cannot be run");
    }

    @Test
    void anEvaluationOfMoreClassesThanAReportCanHaveIsRefused() throws IOException {
        digits();
        train("logistic-regression", "{\"epochs\":1}");
        move();
        Path test = inputs().resolve("test/test.csv");
        List<String> lines = Files.readAllLines(test);
        String features = lines.get(1).substring(0, lines.get(1).lastIndexOf(',') + 1);
        try (var out = Files.newBufferedWriter(test)) {
            out.write(lines.getFirst() + "\n");
            for (int id = 0; id < 1_100; id++) {
                out.write(features + id + "\n");
            }
        }
        assertThatThrownBy(() -> new Evaluation(world(EVALUATE)).run())
                .isInstanceOf(WrongInputException.class)
                .hasMessageContaining("1100 classes in all; a report has at most 1000");
    }

    private void wrong(String csv, String... told) throws IOException {
        Files.createDirectories(inputs().resolve("train"));
        Files.writeString(inputs().resolve("train/train.csv"), csv);
        assertThatThrownBy(() -> new Training(world("""
                        {"algorithm":"logistic-regression","labelColumn":"label","trainFile":"train/train.csv"}
                        """)).run())
                .isInstanceOf(WrongInputException.class)
                .hasMessageContainingAll(told);
    }

    private static final String EVALUATE = """
            {"modelFile":"model/model.onnx","testFile":"test/test.csv","labelColumn":"label"}
            """;

    private void train(String algorithm, String params) throws IOException {
        new Training(world("""
                {"algorithm":"%s","params":%s,"labelColumn":"label","trainFile":"train/train.csv",
                 "testFile":"test/test.csv"}
                """.formatted(algorithm, params))).run();
    }

    private void evaluate() throws IOException {
        move();
        new Evaluation(world(EVALUATE)).run();
    }

    private void move() throws IOException {
        Files.move(outputs().resolve("model"), inputs().resolve("model"));
    }

    /** Every fifth row is for the test. */
    private void digits() throws IOException {
        Files.createDirectories(inputs().resolve("train"));
        Files.createDirectories(inputs().resolve("test"));
        try (var bytes = new GZIPInputStream(Files.newInputStream(DIGITS))) {
            String[] lines = new String(bytes.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).split("\n", -1);
            var train = new StringBuilder(lines[0]).append('\n');
            var test = new StringBuilder(lines[0]).append('\n');
            for (int i = 1; i < lines.length; i++) {
                if (!lines[i].isEmpty()) {
                    (i % 5 == 0 ? test : train).append(lines[i]).append('\n');
                }
            }
            Files.writeString(inputs().resolve("train/train.csv"), train);
            Files.writeString(inputs().resolve("test/test.csv"), test);
        }
    }

    private List<JsonNode> events() throws IOException {
        return Files.readAllLines(folder.resolve("events")).stream()
                .map(World.JSON::readTree)
                .toList();
    }

    private World world(String spec) {
        return new World(inputs(), outputs(), folder.resolve("events"), spec);
    }

    private Path inputs() {
        return folder.resolve("inputs");
    }

    private Path outputs() {
        return folder.resolve("outputs");
    }
}
