package dev.trine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "dataset",
        mixinStandardHelpOptions = true,
        description = "Works with datasets.",
        subcommands = {DatasetCommand.Push.class, DatasetCommand.ListAll.class})
final class DatasetCommand {

    @Command(
            name = "push",
            mixinStandardHelpOptions = true,
            description = "Uploads files as the next version of a dataset, which is made if need be.")
    static final class Push implements Callable<Integer> {

        @Mixin
        private Session session = new Session();

        @Parameters(index = "0", paramLabel = "NAME", description = "the dataset's name")
        private String name = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "CSV or TSV, plain or gzipped")
        private List<Path> files = List.of();

        @Option(names = "--label", paramLabel = "COLUMN", description = "the column to predict")
        private @Nullable String label;

        @Option(names = "--split", description = "also split it into train (80 %%) and test (20 %%)")
        private boolean split;

        @Option(names = "--seed", defaultValue = "42", description = "of the split (default: ${DEFAULT-VALUE})")
        private long seed;

        @Override
        public Integer call() {
            for (Path file : files) {
                if (!Files.isReadable(file)) {
                    throw new CliException(ExitCode.USAGE, "cannot read " + file);
                }
            }
            Api api = session.api();
            Output output = session.output();
            String id = dataset(api);
            List<String> uploads =
                    files.stream().map(file -> upload(api, output, file)).toList();
            var body = new HashMap<String, Object>(Map.of("uploads", uploads));
            if (label != null) {
                body.put("labelColumn", label);
            }
            JsonNode version = api.post("/api/v1/datasets/" + id + "/versions", body);
            output.say("%s version %d: %d rows, %d columns, digest %s"
                    .formatted(
                            name,
                            version.path("number").asInt(),
                            version.path("rowCount").asLong(),
                            version.path("schema").size(),
                            version.path("digest").asString("")));
            if (split) {
                var asked = new HashMap<String, Object>(
                        Map.of("name", "default", "seed", seed, "parts", Map.of("train", 0.8, "test", 0.2)));
                if (label != null) {
                    asked.put("stratifyBy", label);
                }
                JsonNode made = api.post(
                        "/api/v1/datasets/%s/versions/%d/splits"
                                .formatted(id, version.path("number").asInt()),
                        asked);
                output.say("split 'default': " + made.path("parts"));
            }
            output.answer(version);
            return ExitCode.OK;
        }

        private String dataset(Api api) {
            for (JsonNode known : api.get("/api/v1/datasets?pageSize=500").path("items")) {
                if (known.path("name").asString("").equals(name)) {
                    return known.path("id").asString();
                }
            }
            return api.post("/api/v1/datasets", Map.of("name", name)).path("id").asString();
        }

        private static String upload(Api api, Output output, Path file) {
            boolean bar = output.forPeople() && LoginCommand.terminal() != null;
            String id = Upload.send(api, file, (sent, all) -> {
                if (bar) {
                    int done = (int) (sent * 30 / all);
                    System.err.printf(
                            Locale.ROOT,
                            "\r%s [%s%s] %3d %%",
                            file.getFileName(),
                            "#".repeat(done),
                            " ".repeat(30 - done),
                            sent * 100 / all);
                }
            });
            if (bar) {
                System.err.println();
            }
            return id;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists datasets.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Session session = new Session();

        @Override
        public Integer call() {
            session.output()
                    .list(
                            session.api().get("/api/v1/datasets").path("items"),
                            "NAME=name",
                            "LATEST=latestVersion",
                            "ID=id",
                            "UPDATED=updatedAt");
            return ExitCode.OK;
        }
    }
}
