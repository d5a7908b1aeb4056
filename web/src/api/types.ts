/** The API's shapes by the names the interface uses. Everything else imports them from here, never from the schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type User = Schemas["User"];
export type Session = Schemas["Session"];
export type Me = Schemas["Me"];
export type Membership = Schemas["Membership"];
export type Role = Schemas["Role"];
export type Project = Schemas["Project"];
export type ApiKey = Schemas["ApiKey"];
export type Webhook = Schemas["Webhook"];
export type WebhookEvent = Schemas["WebhookEvent"];
export type WebhookDelivery = Schemas["WebhookDelivery"];
export type Dataset = Schemas["Dataset"];
export type DatasetVersion = Schemas["DatasetVersion"];
export type Column = Schemas["Column"];
export type Split = Schemas["Split"];
export type SplitDefinition = Schemas["SplitDefinition"];
export type JobState = Schemas["WorkloadState"];
export type Attempt = Schemas["Attempt"];
export type TrainingSpec = Schemas["TrainingSpec"];
export type TrainingJob = Schemas["TrainingJob"];
export type Experiment = Schemas["Experiment"];
export type Run = Schemas["Run"];
export type RunLineage = Schemas["RunLineage"];
export type DatasetInput = Schemas["DatasetInput"];
export type ModelOfRun = Schemas["LoggedModelOfRun"];
export type TraceState = Schemas["TraceState"];
export type TraceSummary = Schemas["TraceSummary"];
export type TraceDetails = Schemas["TraceDetails"];
export type TraceAssessment = Schemas["TraceAssessment"];
export type Span = Schemas["Span"];
export type SpanEvent = Schemas["SpanEvent"];
export type ArtifactFile = Schemas["ArtifactFile"];
export type EvaluationSpec = Schemas["EvaluationSpec"];
export type EvaluationReport = Schemas["EvaluationReport"];
export type EvaluationJob = Schemas["EvaluationJob"];
export type Model = Schemas["Model"];
export type ModelVersion = Schemas["ModelVersion"];
export type ServiceSpec = Schemas["ServiceSpec"];
export type InferenceService = Schemas["InferenceService"];
export type Replica = Schemas["Replica"];
export type ServiceState = Schemas["ServiceState"];
export type ReplicaState = Schemas["ReplicaState"];
export type RunStatus = Schemas["RunStatus"];
export type NodeState = Schemas["NodeState"];
export type ErrorCode = Schemas["ErrorCode"];
export type Violation = Schemas["Violation"];
export type LogEvent = Schemas["LogEvent"];
export type MetricPoint = Schemas["MetricPoint"];
export type ComputeNode = Schemas["ComputeNode"];
export type Overview = Schemas["Overview"];
export type Activity = Schemas["AuditEvent"];

/** One page of a keyset-paged list. */
export type Page<T> = Omit<Schemas["DatasetPage"], "items"> & { items: T[] };
