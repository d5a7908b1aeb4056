/** The API's shapes by the names the interface uses. Everything else imports them from here, never from the schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type User = Schemas["User"];
export type Session = Schemas["Session"];
export type Me = Schemas["Me"];
export type Membership = Schemas["Membership"];
export type Project = Schemas["Project"];
export type ApiKey = Schemas["ApiKey"];
export type Dataset = Schemas["Dataset"];
export type DatasetVersion = Schemas["DatasetVersion"];
export type Column = Schemas["Column"];
export type Split = Schemas["Split"];
export type SplitDefinition = Schemas["SplitDefinition"];
export type JobState = Schemas["JobState"];
export type Reason = Schemas["Reason"];
export type Attempt = Schemas["Attempt"];
export type TrainingSpec = Schemas["TrainingSpec"];
export type TrainingJob = Schemas["TrainingJob"];
export type Experiment = Schemas["Experiment"];
export type Run = Schemas["Run"];
export type Point = Schemas["Point"];
export type ArtifactFile = Schemas["ArtifactFile"];
export type EvaluationSpec = Schemas["EvaluationSpec"];
export type EvaluationReport = Schemas["EvaluationReport"];
export type EvaluationJob = Schemas["EvaluationJob"];
export type Model = Schemas["Model"];
export type ModelVersion = Schemas["ModelVersion"];
export type ServiceSpec = Schemas["ServiceSpec"];
export type InferenceService = Schemas["InferenceService"];
export type Replica = Schemas["Replica"];
export type ServiceState = InferenceService["state"];
export type ReplicaState = Replica["state"];
export type RunStatus = Run["status"];
export type NodeState = ComputeNode["state"];
export type ComputeNode = Schemas["ComputeNode"];
export type Overview = Schemas["Overview"];
export type Activity = Schemas["Activity"];

/** One page of a keyset-paged list. */
export interface Page<T> {
  items: T[];
  nextPageToken?: string | null;
}
