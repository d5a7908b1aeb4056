CREATE TABLE evaluation_jobs (
    id                 uuid        PRIMARY KEY,
    project_id         uuid        NOT NULL REFERENCES projects (id),
    spec               jsonb       NOT NULL,
    workload_id        uuid        NOT NULL,
    model_digest       text        NOT NULL,
    dataset_version_id uuid        NOT NULL,
    state              text        NOT NULL,
    reason_code        text,
    reason_message     text,
    report             jsonb,
    created_by         uuid        NOT NULL,
    created_at         timestamptz NOT NULL,
    started_at         timestamptz,
    ended_at           timestamptz,
    version            bigint      NOT NULL DEFAULT 1
);
CREATE INDEX evaluation_jobs_by_project ON evaluation_jobs (project_id, id DESC);
CREATE UNIQUE INDEX evaluation_jobs_by_workload ON evaluation_jobs (workload_id);
COMMENT ON TABLE evaluation_jobs IS 'A model measured on a dataset version, with the report.';
COMMENT ON COLUMN evaluation_jobs.model_digest IS 'SHA-256 over the files of the model that was measured.';
COMMENT ON COLUMN evaluation_jobs.report IS 'What the evaluation found (EvaluationReport); null before success.';
