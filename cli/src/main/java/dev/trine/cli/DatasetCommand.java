package dev.trine.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
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
            List<String> uploads =
                    files.stream().map(file -> Upload.send(api, file, output)).toList();
            JsonNode version = version(api, uploads);
            String id = version.path("datasetId").asString();
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
                output.say("split 'default': "
                        + StreamSupport.stream(made.path("parts").spliterator(), false)
                                .map(part -> "%s %d rows"
                                        .formatted(
                                                part.path("name").asString(""),
                                                part.path("rowCount").asLong()))
                                .collect(Collectors.joining(", ")));
            }
            output.answer(version);
            return ExitCode.OK;
        }

        /** Makes a version of the files, and its dataset if there is none of that name; where they are refused, nothing is left. */
        private JsonNode version(Api api, List<String> uploads) {
            var body = new HashMap<String, Object>(Map.of("uploads", uploads));
            if (label != null) {
                body.put("labelColumn", label);
            }
            try {
                Optional<String> known = known(api);
                if (known.isPresent()) {
                    return api.post("/api/v1/datasets/" + known.get() + "/versions", body);
                }
                body.put("name", name);
                JsonNode made = api.post("/api/v1/datasets", body);
                return api.get("/api/v1/datasets/%s/versions/1"
                        .formatted(made.path("id").asString()));
            } catch (CliException refused) {
                if (!refused.passing()) {
                    uploads.forEach(upload -> Upload.giveUp(api, "/api/v1/uploads/" + upload));
                }
                throw refused;
            }
        }

        private Optional<String> known(Api api) {
            return StreamSupport.stream(
                            api.get("/api/v1/datasets?pageSize=500&q="
                                            + URLEncoder.encode(name, StandardCharsets.UTF_8))
                                    .path("items")
                                    .spliterator(),
                            false)
                    .filter(dataset -> dataset.path("name").asString("").equals(name))
                    .map(dataset -> dataset.path("id").asString())
                    .findFirst();
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
