CREATE TABLE experiments (
    id         uuid        PRIMARY KEY,
    project_id uuid        NOT NULL REFERENCES projects (id),
    name       text        NOT NULL,
    tags       jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version    bigint      NOT NULL DEFAULT 1,
    UNIQUE (project_id, name)
);
CREATE INDEX experiments_by_project ON experiments (project_id, id DESC);
COMMENT ON TABLE experiments IS 'Named groups of runs.';

CREATE TABLE runs (
    id            uuid        PRIMARY KEY,
    project_id    uuid        NOT NULL REFERENCES projects (id),
    experiment_id uuid        NOT NULL REFERENCES experiments (id),
    name          text        NOT NULL,
    status        text        NOT NULL,
    created_by    uuid,
    created_at    timestamptz NOT NULL,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    deleted_at    timestamptz,
    version       bigint      NOT NULL DEFAULT 1
);
CREATE INDEX runs_by_project ON runs (project_id, id DESC);
CREATE INDEX runs_by_experiment ON runs (experiment_id, id DESC);
COMMENT ON TABLE runs IS 'One execution of something worth comparing.';
COMMENT ON COLUMN runs.status IS 'RUNNING, SCHEDULED, FINISHED, FAILED or KILLED, as MLflow names them.';
COMMENT ON COLUMN runs.started_at IS 'What the client says; MLflow clients may name a time in the past.';

CREATE TABLE run_params (
    run_id uuid NOT NULL REFERENCES runs (id),
    key    text NOT NULL,
    value  text NOT NULL,
    PRIMARY KEY (run_id, key)
);
COMMENT ON TABLE run_params IS 'Parameters; written once, never changed.';

CREATE TABLE run_tags (
    run_id uuid NOT NULL REFERENCES runs (id),
    key    text NOT NULL,
    value  text NOT NULL,
    PRIMARY KEY (run_id, key)
);
COMMENT ON TABLE run_tags IS 'Tags of runs; the last value counts.';

CREATE TABLE run_metrics (
    run_id       uuid             NOT NULL REFERENCES runs (id),
    key          text             NOT NULL,
    step         bigint           NOT NULL,
    timestamp_ms bigint           NOT NULL,
    value        double precision NOT NULL,
    PRIMARY KEY (run_id, key, step, timestamp_ms, value)
);
COMMENT ON TABLE run_metrics IS 'Every measured point; sending one twice changes nothing.';

CREATE TABLE run_latest_metrics (
    run_id       uuid             NOT NULL REFERENCES runs (id),
    key          text             NOT NULL,
    step         bigint           NOT NULL,
    timestamp_ms bigint           NOT NULL,
    value        double precision NOT NULL,
    PRIMARY KEY (run_id, key)
);
COMMENT ON TABLE run_latest_metrics IS 'The point with the greatest (step, timestamp, value) of each metric, for lists.';

CREATE TABLE logged_models (
    id            uuid        PRIMARY KEY,
    project_id    uuid        NOT NULL REFERENCES projects (id),
    experiment_id uuid        NOT NULL REFERENCES experiments (id),
    run_id        uuid        REFERENCES runs (id),
    name          text        NOT NULL,
    model_type    text        NOT NULL,
    status        text        NOT NULL,
    params        jsonb       NOT NULL DEFAULT '{}',
    tags          jsonb       NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX logged_models_by_run ON logged_models (run_id);
COMMENT ON TABLE logged_models IS 'Models that MLflow 3 clients log apart from their run.';
COMMENT ON COLUMN logged_models.status IS 'LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.';

CREATE TABLE artifacts (
    owner_id   uuid        NOT NULL,
    path       text        NOT NULL,
    object_key text        NOT NULL,
    sha256     text        NOT NULL,
    size_bytes bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (owner_id, path)
);
COMMENT ON TABLE artifacts IS 'Files of runs and of logged models; the bytes are blobs.';
COMMENT ON COLUMN artifacts.owner_id IS 'A run''s or a logged model''s id; ids are unique over both.';
