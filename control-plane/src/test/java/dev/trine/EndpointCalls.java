package dev.trine;

import static java.util.Map.entry;

import dev.trine.identity.Internal;
import dev.trine.identity.OrganizationId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import dev.trine.identity.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Parameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls that show of each endpoint whom it refuses. They are made from its mapping: whatever it takes stands for something of
 * Bob's, so that they are right for Bob, and wrong for everybody else.
 */
final class EndpointCalls {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> WIRE = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Tenants tenants;
    /** By the type of what is taken, or by controller and name where that says no more than text. */
    private final Map<String, String> values;

    /** By the handler's name where it takes others than its type's. */
    private final Map<String, Object> bodies;

    EndpointCalls(Tenants tenants) {
        this.tenants = tenants;
        values = Map.ofEntries(
                entry("DatasetId", tenants.dataset),
                entry("UploadId", tenants.upload),
                entry("ExperimentId", tenants.experimentId),
                entry("RunId", "run_" + tenants.run),
                entry("TrainingJobId", tenants.job),
                entry("EvaluationJobId", tenants.evaluation),
                entry("InferenceServiceId", tenants.service),
                entry("ReplicaId", tenants.replica),
                entry("WorkloadId", tenants.workload),
                entry("ApiKeyId", tenants.key),
                entry("OrganizationId", tenants.bob.organization()),
                entry("ProjectId", tenants.bob.project()),
                entry("DatasetVersionController.number", "1"),
                entry("DatasetVersionController.path", "t.csv"),
                entry("DatasetVersionController.split", "s"),
                entry("DatasetVersionController.part", "train"),
                entry("ExperimentController.key", "accuracy"),
                entry("ExperimentController.path", "model/model.onnx"),
                entry("ModelController.name", "bobs-model"),
                entry("ModelController.number", "1"),
                entry("ModelController.alias", "champion"),
                entry("MlflowLoggedModelController.id", tenants.loggedModel),
                entry("MlflowLoggedModelController.key", "t"),
                entry("MlflowTraceController.id", tenants.trace),
                entry("MlflowTraceController.trace_id", tenants.trace),
                entry("MlflowTraceController.trace_ids", tenants.trace),
                entry("MlflowTraceChangeController.id", tenants.trace),
                entry("MlflowTraceV2Controller.id", tenants.trace),
                entry("MlflowTraceV2Controller.experiment_ids", tenants.experiment),
                entry("TraceController.id", tenants.trace),
                entry("MlflowAssessmentController.trace", tenants.trace),
                entry("MlflowAssessmentController.id", tenants.assessment),
                entry("MlflowEvaluationDatasetController.id", tenants.evaluationDataset),
                entry("MlflowEvaluationDatasetController.key", "colour"),
                entry("MlflowEvaluationRecordController.id", tenants.evaluationDataset),
                entry("MlflowScorerController.experiment_id", tenants.experiment),
                entry("MlflowScorerController.name", "bobs-scorer"),
                entry("MlflowIssueController.id", tenants.issue),
                entry("WebhookId", tenants.webhook),
                entry("MlflowWebhookController.id", tenants.wiredWebhook),
                entry("MlflowExperimentController.experiment_id", tenants.experiment),
                entry("MlflowExperimentController.experiment_name", "bobs-experiment"),
                entry("MlflowRunController.run_id", tenants.run),
                entry("MlflowHistoryController.run_id", tenants.run),
                entry("MlflowHistoryController.run_ids", tenants.run),
                entry("MlflowHistoryController.metric_key", "accuracy"),
                entry("MlflowRegisteredModelController.name", "bobs-model"),
                entry("MlflowRegisteredModelController.alias", "champion"),
                entry("MlflowModelVersionController.name", "bobs-model"),
                entry("MlflowModelVersionController.version", "1"),
                entry("MlflowFileController.run_id", tenants.run),
                entry("MlflowFileController.run_uuid", tenants.run),
                entry("MlflowTraceFileController.request_id", tenants.trace),
                entry("MlflowFileController.id", tenants.loggedModel),
                entry("MlflowFileController.artifact_file_path", "MLmodel"),
                entry("MlflowFileController.name", "bobs-model"),
                entry("MlflowFileController.version", "1"),
                entry("MlflowFileController.path", "model.onnx"),
                entry("MlflowArtifactController.path", tenants.artifacts + "/spare/model.onnx"));
        Map<String, Object> model = Map.of("name", "bobs-model", "version", 1);
        bodies = Map.ofEntries(
                entry(
                        "Registration",
                        Map.of("email", "new@example.org", "password", "a long enough password", "name", "n")),
                entry("Credentials", Map.of("email", "none@example.org", "password", "none")),
                entry("RefreshRequest", Map.of("refreshToken", "none")),
                entry("NewApiKey", Map.of("name", "k", "scopes", List.of("datasets:read"))),
                entry("NewOrganization", Map.of("name", "another")),
                entry("NewProject", Map.of("name", "another")),
                entry("ProjectChange", Map.of("internetAccess", true)),
                entry("NewDataset", Map.of("name", "another")),
                entry("DatasetChange", Map.of("description", "changed")),
                entry("NewVersion", Map.of("uploads", List.of(tenants.datasetUpload))),
                entry("Definition", Map.of("name", "s", "seed", 1, "parts", Map.of("train", 0.5, "test", 0.5))),
                entry("NewExperiment", Map.of("name", "another")),
                entry("NewModel", Map.of("name", "another")),
                entry("NewModelVersion", Map.of("runId", "run_" + tenants.run)),
                entry("AliasTarget", Map.of("version", 1)),
                entry("EvaluationSpec", Map.of("model", model, "data", Map.of("dataset", tenants.dataset))),
                entry("ServiceSpec", Map.of("name", "another", "model", model)),
                entry(
                        "TrainingSpec",
                        Map.of(
                                "name", "j",
                                "program", Map.of("kind", "command", "command", List.of("true")),
                                "data", Map.of("dataset", tenants.dataset))),
                entry("CreateExperiment", Map.of("name", "one more")),
                entry("CreateRun", Map.of("experiment_id", tenants.experiment)),
                entry("SearchExperiments", Map.of()),
                entry("RenameExperiment", Map.of("experiment_id", tenants.experiment, "new_name", "bobs-experiment")),
                entry("ExperimentTag", Map.of("experiment_id", tenants.experiment, "key", "colour", "value", "red")),
                entry("deleteExperiment", Map.of("experiment_id", tenants.spareExperiment)),
                entry("restoreExperiment", Map.of("experiment_id", tenants.deletedExperiment)),
                entry("SearchRuns", Map.of("experiment_ids", List.of(tenants.experiment))),
                entry("RunNamed", Map.of("run_id", tenants.spareRun)),
                entry("UpdateRun", Map.of("run_id", tenants.run, "status", "RUNNING")),
                entry("LogMetric", Map.of("run_id", tenants.run, "key", "accuracy", "value", 0.5)),
                entry("LogPair", Map.of("run_id", tenants.run, "key", "colour", "value", "red")),
                entry("LogBatch", Map.of("run_id", tenants.run)),
                entry(
                        "LogModel",
                        Map.of(
                                "run_id",
                                tenants.run,
                                "model_json",
                                "{\"artifact_path\": \"m\", \"flavors\": {}, \"run_id\": \"r\", \"utc_time_created\": \"now\"}")),
                entry(
                        "LogInputs",
                        Map.of("run_id", tenants.run, "models", List.of(Map.of("model_id", tenants.loggedModel)))),
                entry(
                        "LogOutputs",
                        Map.of("run_id", tenants.run, "models", List.of(Map.of("model_id", tenants.loggedModel)))),
                entry("SearchDatasets", Map.of("experiment_ids", List.of(tenants.experiment))),
                entry("StartTrace", Map.of("trace", Map.of("trace_info", tenants.traceInfo()))),
                entry("uploadArtifact", "data"),
                entry("BeginTrace", Map.of("experiment_id", tenants.experiment)),
                entry("EndTrace", Map.of("status", "OK")),
                entry(
                        "Correlate",
                        Map.of(
                                "experiment_ids",
                                List.of(tenants.experiment),
                                "filter_string1",
                                "status = 'OK'",
                                "filter_string2",
                                "status = 'ERROR'")),
                entry(
                        "AskFigures",
                        Map.of(
                                "experiment_ids",
                                List.of(tenants.experiment),
                                "view_type",
                                "TRACES",
                                "metric_name",
                                "trace_count",
                                "aggregations",
                                List.of(Map.of("aggregation_type", "COUNT")))),
                entry("TraceIds", Map.of("trace_ids", List.of(tenants.trace))),
                entry(
                        "SearchTraces",
                        Map.of(
                                "locations",
                                List.of(Map.of("mlflow_experiment", Map.of("experiment_id", tenants.experiment))))),
                entry("Pair", Map.of("key", "colour", "value", "red")),
                entry("TraceTagNamed", Map.of("key", "colour")),
                entry("DeleteTraces", Map.of("experiment_id", tenants.experiment, "request_ids", List.of("tr-none"))),
                entry("LinkTraces", Map.of("trace_ids", List.of(tenants.trace), "run_id", tenants.run)),
                entry("LinkPrompts", Map.of("trace_id", tenants.trace, "prompt_versions", List.of())),
                entry("Assess", Map.of("assessment", tenants.said())),
                entry("Reassess", Map.of("assessment", tenants.said(), "update_mask", "feedback")),
                entry(
                        "CreateEvaluationDataset",
                        Map.of("name", "more questions", "experiment_ids", List.of(tenants.experiment))),
                entry("SearchEvaluationDatasets", Map.of("experiment_ids", List.of(tenants.experiment))),
                entry("EvaluationDatasetTags", Map.of("tags", "{\"colour\": \"red\"}")),
                entry("ExperimentIds", Map.of("experiment_ids", List.of(tenants.experiment))),
                entry("UpsertRecords", Map.of("records", "[{\"inputs\": {\"question\": \"why?\"}}]")),
                entry(
                        "RegisterScorer",
                        Map.of("experiment_id", tenants.experiment, "name", "another", "serialized_scorer", "{}")),
                entry("DeleteScorer", Map.of("experiment_id", tenants.experiment, "name", "another")),
                entry(
                        "CreateIssue",
                        Map.of("experiment_id", tenants.experiment, "name", "wrong", "description", "at times")),
                entry("UpdateIssue", Map.of("status", "resolved")),
                entry("SearchIssues", Map.of("experiment_id", tenants.experiment)),
                entry("DeleteRecords", Map.of("dataset_record_ids", List.of("dr-none"))),
                entry(
                        "NewWebhook",
                        Map.of("name", "w", "url", "https://localhost/", "events", List.of("PROMPT_CREATED"))),
                entry("WebhookChange", Map.of("description", "changed")),
                entry("WebhookTrial", Map.of()),
                entry(
                        "WiredWebhook",
                        Map.of(
                                "name",
                                "w",
                                "url",
                                "https://localhost/",
                                "events",
                                List.of(Map.of("entity", "PROMPT", "action", "CREATED")))),
                entry("TestWebhook", Map.of()),
                entry("CreateRegisteredModel", Map.of("name", "another registered one")),
                entry("UpdateRegisteredModel", Map.of("name", "bobs-model", "description", "changed")),
                entry("RenameRegisteredModel", Map.of("name", "bobs-model", "new_name", "bobs-model")),
                entry("DeleteRegisteredModel", Map.of("name", tenants.spareModel)),
                entry("LatestVersions", Map.of("name", "bobs-model")),
                entry("RegisteredModelTag", Map.of("name", "bobs-model", "key", "colour", "value", "red")),
                entry("RegisteredModelAlias", Map.of("name", "bobs-model", "alias", "best", "version", "1")),
                entry("CreateModelVersion", Map.of("name", "bobs-model", "source", "s3://bucket/model")),
                entry("UpdateModelVersion", Map.of("name", "bobs-model", "version", "1", "description", "changed")),
                entry("Transition", Map.of("name", "bobs-model", "version", "1", "stage", "Staging")),
                entry("DeleteModelVersion", Map.of("name", "bobs-model", "version", "2")),
                entry("ModelVersionTag", Map.of("name", "bobs-model", "version", "1", "key", "colour", "value", "red")),
                entry("CreateLoggedModel", Map.of("experiment_id", tenants.experiment, "source_run_id", tenants.run)),
                entry("SearchLoggedModels", Map.of("experiment_ids", List.of(tenants.experiment))),
                entry("FinalizeLoggedModel", Map.of("status", "LOGGED_MODEL_READY")),
                entry("Params", Map.of("params", List.of(Map.of("key", "p", "value", "v")))),
                entry("Tags", Map.of("tags", List.of(Map.of("key", "t", "value", "v")))));
    }

    /** What an endpoint refuses, and how it must. */
    enum Case {
        ANONYMOUS(401),
        ROLE(403),
        /** The header names a project of somebody else's. */
        PROJECT(404),
        /** Path, parameters and body name what is somebody else's. */
        OBJECT(404);

        final int status;

        Case(int status) {
            this.status = status;
        }
    }

    /** One method at one path. */
    record Endpoint(String method, String pattern, HandlerMethod handler, RequestMappingInfo mapping) {

        String name() {
            return method + " " + pattern;
        }

        boolean asksNobody() {
            return handler.hasMethodAnnotation(Public.class) || handler.hasMethodAnnotation(Internal.class);
        }

        List<Permission> permissions() {
            return List.of(Objects.requireNonNull(handler.getMethodAnnotation(Requires.class), name())
                    .value());
        }

        boolean takes(Class<?> type) {
            return Stream.of(handler.getMethod().getParameterTypes()).anyMatch(type::equals);
        }
    }

    /** All of ours, in an order that ends what is there last. */
    static List<Endpoint> of(Map<RequestMappingInfo, HandlerMethod> mappings) {
        var found = new ArrayList<Endpoint>();
        mappings.forEach((mapping, handler) -> {
            if (handler.getBeanType().getName().startsWith("dev.trine.")) {
                for (var method : mapping.getMethodsCondition().getMethods()) {
                    for (String pattern : mapping.getPatternValues()) {
                        found.add(new Endpoint(method.name(), pattern, handler, mapping));
                    }
                }
            }
        });
        found.sort(Comparator.comparing((Endpoint one) -> one.method().equals("DELETE"))
                .thenComparing(one -> one.pattern().contains("delete"))
                .thenComparingInt(one -> one.pattern().length() * (one.method().equals("DELETE") ? -1 : 1))
                .thenComparing(Endpoint::name));
        return found;
    }

    /** The request that is right for Bob. */
    record Call(String path, @Nullable Object body, String contentType, boolean namesSomething) {}

    Call call(Endpoint endpoint) {
        String path = endpoint.pattern();
        var query = new ArrayList<String>();
        Object body = null;
        boolean names = false;
        for (Parameter parameter : endpoint.handler().getMethod().getParameters()) {
            PathVariable variable = parameter.getAnnotation(PathVariable.class);
            RequestParam asked = parameter.getAnnotation(RequestParam.class);
            if (variable != null) {
                String value = value(endpoint, parameter, parameter.getName());
                path = path.replace("{*" + parameter.getName() + "}", value)
                        .replace("{" + parameter.getName() + "}", value);
                names = true;
            } else if (asked != null) {
                String name = name(parameter, asked);
                boolean known = values.containsKey(key(endpoint, parameter, name));
                if (known || (asked.required() && asked.defaultValue().startsWith("\n\t\t"))) {
                    query.add(name + "=" + URLEncoder.encode(value(endpoint, parameter, name), StandardCharsets.UTF_8));
                    names = true;
                }
            } else if (parameter.isAnnotationPresent(RequestBody.class)) {
                String type = parameter.getType().getSimpleName();
                body = bodies.getOrDefault(endpoint.handler().getMethod().getName(), bodies.get(type));
                if (body == null) {
                    throw new AssertionError(
                            endpoint.name() + " takes a " + type + ": say one of Bob's in EndpointCalls");
                }
                names |= namesBobs(body);
            } else if (parameter.getType() == HttpServletRequest.class) {
                body = bodies.get(endpoint.handler().getMethod().getName());
            }
        }
        String contentType = endpoint.mapping().getConsumesCondition().getConsumableMediaTypes().stream()
                .findFirst()
                .map(MediaType::toString)
                .orElse("application/json");
        return new Call(query.isEmpty() ? path : path + "?" + String.join("&", query), body, contentType, names);
    }

    /** What a parameter of the query is called. */
    static String name(Parameter parameter, RequestParam asked) {
        return Stream.of(asked.name(), asked.value(), parameter.getName())
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static String key(Endpoint endpoint, Parameter parameter, String name) {
        String type = parameter.getType().getSimpleName();
        return type.endsWith("Id") ? type : endpoint.handler().getBeanType().getSimpleName() + "." + name;
    }

    String value(Endpoint endpoint, Parameter parameter, String name) {
        String key = key(endpoint, parameter, name);
        String value = values.get(key);
        if (value == null) {
            throw new AssertionError(endpoint.name() + " takes " + key + ": say one of Bob's in EndpointCalls");
        }
        return value;
    }

    private boolean namesBobs(Object body) {
        String text = JSON.writeValueAsString(body);
        return text.contains("\"experiment_id")
                || Stream.concat(
                                values.values().stream(),
                                Stream.of(tenants.datasetUpload, tenants.spareRun, tenants.spareModel))
                        .filter(value -> value.length() > 8)
                        .anyMatch(text::contains);
    }

    Map<String, String> headers(Call call, @Nullable String credential, @Nullable String project) {
        var headers = new java.util.HashMap<String, String>();
        headers.put("Content-Type", call.contentType());
        headers.put("If-Match", "*");
        headers.put("Tus-Resumable", "1.0.0");
        headers.put("Upload-Length", "1");
        headers.put("Upload-Offset", "0");
        if (credential != null) {
            headers.put("Authorization", "Bearer " + credential);
        }
        if (project != null) {
            headers.put("X-Trine-Project", project);
        }
        return headers;
    }

    /** Which cases an endpoint must stand, and which it does not: the status that came instead. */
    Map<Case, List<Integer>> answers(Endpoint endpoint) {
        Call call = call(endpoint);
        String bobs = tenants.bob.project();
        var answers = new java.util.EnumMap<Case, List<Integer>>(Case.class);
        answers.put(Case.ANONYMOUS, List.of(status(endpoint, call, null, bobs)));
        var role = new ArrayList<Integer>();
        role.add(status(endpoint, call, tenants.narrowKey, bobs));
        if (endpoint.permissions().getFirst().least() != Role.VIEWER
                && (endpoint.takes(ProjectScope.class) || endpoint.takes(OrganizationId.class))) {
            role.add(status(endpoint, call, tenants.vera.token(), bobs));
        }
        answers.put(Case.ROLE, role);
        boolean inProject = endpoint.takes(ProjectScope.class);
        answers.put(
                Case.PROJECT,
                inProject
                        ? List.of(
                                status(endpoint, call, tenants.alice.token(), bobs),
                                status(endpoint, call, tenants.alice.token(), tenants.bob.slug()))
                        : List.of());
        answers.put(
                Case.OBJECT,
                call.namesSomething()
                        ? List.of(status(endpoint, call, tenants.alice.token(), tenants.alice.project()))
                        : List.of());
        return answers;
    }

    /** What Bob himself is told: the proof that the others are refused for who they are, and not for what they ask. */
    int forBob(Endpoint endpoint) {
        return status(endpoint, call(endpoint), tenants.bob.token(), tenants.bob.project());
    }

    private int status(Endpoint endpoint, Call call, @Nullable String credential, @Nullable String project) {
        if (!WIRE.contains(endpoint.method())) {
            throw new AssertionError("no such method: " + endpoint.name());
        }
        return tenants.status(endpoint.method(), call.path(), call.body(), headers(call, credential, project));
    }

    /** One line of the file of exceptions. */
    record Exemption(String endpoint, Set<String> cases, String reason) {

        static Exemption of(String line) {
            String[] parts = line.split("\\|", -1);
            if (parts.length != 3 || parts[2].strip().length() < 10) {
                throw new AssertionError("not `METHOD path | cases | reason`: " + line);
            }
            return new Exemption(
                    parts[0].strip(),
                    Stream.of(parts[1].strip().split(" ")).collect(Collectors.toSet()),
                    parts[2].strip());
        }
    }

    /** Everything that is wrong with these endpoints; empty when each refuses whom it must, and no exemption is out of date. */
    List<String> faults(List<Endpoint> endpoints, List<Exemption> exemptions) {
        var faults = new ArrayList<String>();
        var used = new ArrayList<Exemption>();
        for (Endpoint endpoint : endpoints) {
            Set<String> exempt = exemptions.stream()
                    .filter(one -> one.endpoint().equals(endpoint.name()))
                    .peek(used::add)
                    .flatMap(one -> one.cases().stream())
                    .collect(Collectors.toSet());
            if (endpoint.asksNobody()) {
                if (!exempt.equals(Set.of("all"))) {
                    faults.add(endpoint.name() + " asks nobody who they are: needs `all` among the exceptions");
                }
                continue;
            }
            Map<Case, List<Integer>> answers = answers(endpoint);
            answers.forEach((which, seen) -> {
                boolean stands = seen.stream().allMatch(status -> status == which.status);
                boolean excused = exempt.contains(which.name().toLowerCase(java.util.Locale.ROOT));
                if (!stands && !excused) {
                    faults.add("%s | %s: wanted %d, was %s".formatted(endpoint.name(), which, which.status, seen));
                } else if (!seen.isEmpty() && stands && excused) {
                    faults.add("%s | %s: the exception is out of date".formatted(endpoint.name(), which));
                }
            });
            boolean named = Stream.of(Case.PROJECT, Case.OBJECT)
                    .anyMatch(which -> !answers.getOrDefault(which, List.of()).isEmpty());
            if (!named && !exempt.contains("tenant")) {
                faults.add(endpoint.name() + " names no tenant: needs `tenant` among the exceptions");
            } else if (named && exempt.contains("tenant")) {
                faults.add(endpoint.name() + " | tenant: the exception is out of date");
            }
        }
        exemptions.stream()
                .filter(one -> !used.contains(one))
                .forEach(one -> faults.add(one.endpoint() + " is among the exceptions, and is no endpoint"));
        return faults;
    }
}
