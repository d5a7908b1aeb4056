CREATE TABLE training_jobs (
    id                 uuid        PRIMARY KEY,
    project_id         uuid        NOT NULL REFERENCES projects (id),
    name               text        NOT NULL,
    spec               jsonb       NOT NULL,
    workload_id        uuid        NOT NULL,
    run_id             uuid        NOT NULL,
    experiment_id      uuid        NOT NULL,
    dataset_version_id uuid,
    state              text        NOT NULL,
    reason_code        text,
    reason_message     text,
    created_by         uuid        NOT NULL,
    created_at         timestamptz NOT NULL,
    queued_at          timestamptz NOT NULL,
    started_at         timestamptz,
    ended_at           timestamptz,
    version            bigint      NOT NULL DEFAULT 1
);
CREATE INDEX training_jobs_by_project ON training_jobs (project_id, id DESC);
CREATE INDEX training_jobs_by_state ON training_jobs (project_id, state, id DESC);
CREATE UNIQUE INDEX training_jobs_by_workload ON training_jobs (workload_id);
COMMENT ON TABLE training_jobs IS 'What users asked to be trained; the running of it is the workload''s matter.';
COMMENT ON COLUMN training_jobs.spec IS 'The request with every default filled in (TrainingSpec).';
COMMENT ON COLUMN training_jobs.state IS 'The workload''s state, written in the same transaction as its own.';
COMMENT ON COLUMN training_jobs.dataset_version_id IS 'The exact version it reads, fixed when it was submitted.';
