package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything that can be set is documented: the settings of the control plane, and the environment of every process. */
class ConfigurationTest {

    private static final Path ROOT = Path.of("..");
    private static final Path REFERENCE = ROOT.resolve(Path.of("docs", "reference", "configuration.md"));
    private static final Path EXAMPLE = ROOT.resolve(".env.example");
    /** Written by spring-boot-configuration-processor. */
    private static final Path METADATA = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

    private static final Pattern VARIABLE = Pattern.compile("\\bTRINE_[A-Z0-9_]*[A-Z0-9]\\b");

    /** One of {@code trine.*}, as the annotation processor found it. */
    private record Setting(
            String name, String type, @Nullable String byDefault, String description) {}

    /** One of the environment, in one of its sections; several processes may read the same one. */
    private record Variable(String section, String name, boolean example, String value, String description) {}

    @Test
    void theReferenceHasEverySettingWithItsDefault() throws IOException {
        assertThat(settings())
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(setting.description())
                        .as("description of %s: the @param of its record", setting.name())
                        .isNotBlank());
        assertThat(variables()).isNotEmpty();
        Kept.is(reference(), REFERENCE);
    }

    @Test
    void everyEnvironmentVariableThatIsReadIsInTheExample() throws IOException {
        Set<String> known = variables().stream().map(Variable::name).collect(Collectors.toSet());
        Set<String> read = read(ROOT);
        assertThat(unknown(read, known))
                .as("variables to describe in .env.example")
                .isEmpty();
        assertThat(unknown(known, read))
                .as("variables of .env.example that nothing reads")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "The control plane on its own, launcher/src/main/java/dev/trine/launcher/ControlPlaneCommand.java",
        "The gateway on its own, gateway/src/main/java/dev/trine/gateway/GatewayOptions.java"
    })
    void theSectionOfAProcessHasEveryVariableThatItsStartReads(String section, Path start) throws IOException {
        assertThat(variables().stream()
                        .filter(variable -> variable.section().equals(section))
                        .map(Variable::name))
                .containsAll(named(Files.readString(ROOT.resolve(start))));
    }

    @Test
    void aVariableThatNobodyDescribedIsFound() throws IOException {
        assertThat(unknown(
                        named("String seat = System.getenv(\"TRINE_SEAT\"); // not TRINE_ or TRINE_HOME"),
                        Set.of("TRINE_HOME")))
                .containsExactly("TRINE_SEAT");
    }

    private static Set<String> unknown(Set<String> some, Set<String> known) throws IOException {
        // a setting of the control plane may come by the environment, too: trine.redis.url as TRINE_REDIS_URL
        Set<String> settings = settings().stream()
                .map(setting ->
                        setting.name().replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return some.stream()
                .filter(name -> !known.contains(name) && !settings.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> named(String text) {
        return VARIABLE.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every variable that a source, a script or a build file names; not documents, tests and what the web UI shows. */
    private static Set<String> read(Path root) throws IOException {
        var found = new TreeSet<String>();
        Set<String> skipped = Set.of(".git", "docs", "build", "dist", "target", "node_modules", "test", "test-results");
        Set<String> kinds = Set.of("java", "sh", "py", "yaml", "yml", "ts", "Makefile", "Dockerfile");
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skip = skipped.contains(name(folder)) || folder.endsWith(Path.of("web", "src"));
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = name(file);
                boolean script =
                        Stream.of("bin", "tools", ".ci").anyMatch(folder -> file.startsWith(root.resolve(folder)));
                if (script || kinds.contains(name.substring(name.lastIndexOf('.') + 1))) {
                    found.addAll(named(Files.readString(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static String name(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }

    private static List<Setting> settings() throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(METADATA))
                .path("properties")
                .valueStream()
                .filter(property -> property.path("name").asString().startsWith("trine."))
                .map(ConfigurationTest::setting)
                .sorted(Comparator.comparing(Setting::name))
                .toList();
    }

    private static Setting setting(JsonNode property) {
        JsonNode byDefault = property.path("defaultValue");
        String type = property.path("type").asString("");
        return new Setting(
                property.path("name").asString(),
                type.replaceAll("[\\w.]+[.$]", "").replaceAll("List<(\\w+)>", "list of $1"),
                byDefault.isMissingNode() ? null : byDefault.asString(),
                property.path("description").asString("").replaceAll("\\{@code ([^}]*)}", "`$1`"));
    }

    private static List<Variable> variables() throws IOException {
        var found = new ArrayList<Variable>();
        Pattern assignment = Pattern.compile("(#?)(" + VARIABLE + ")=(.*)");
        String section = "";
        String description = "";
        for (String line : Files.readAllLines(EXAMPLE)) {
            var set = assignment.matcher(line);
            if (line.startsWith("## ")) {
                section = line.substring(3);
            } else if (set.matches()) {
                found.add(new Variable(section, set.group(2), !set.group(1).isEmpty(), set.group(3), description));
            } else if (line.startsWith("# ")) {
                description = line.substring(2);
            }
        }
        return found;
    }

    private static String reference() throws IOException {
        var text = new StringBuilder("""
                # Configuration

                Written by `make snapshots` from the settings in the code and from [.env.example](../../.env.example).

                ## Settings of the control plane

                Given as `--name=value`, in an `application.yaml` beside the process, or by the environment: in capitals, with `_` for
                each dot and without dashes. `trine up` sets what it knows better.

                | Setting | Type | Default | |
                |---|---|---|---|
                """);
        for (Setting setting : settings()) {
            text.append("| `%s` | %s | %s | %s |%n"
                    .formatted(
                            setting.name(),
                            setting.type(),
                            setting.byDefault() == null ? "" : "`" + setting.byDefault() + "`",
                            setting.description()));
        }
        String section = "";
        for (Variable variable : variables()) {
            if (!variable.section().equals(section)) {
                section = variable.section();
                text.append("\n## Environment: ")
                        .append(section)
                        .append("\n\n| Variable | Default | |\n|---|---|---|\n");
            }
            text.append("| `%s` | %s | %s%s |%n"
                    .formatted(
                            variable.name(),
                            variable.example() || variable.value().isEmpty() ? "" : "`" + variable.value() + "`",
                            variable.description(),
                            variable.example() && !variable.value().isEmpty()
                                    ? ", such as `" + variable.value() + "`"
                                    : ""));
        }
        return text.toString();
    }
}
