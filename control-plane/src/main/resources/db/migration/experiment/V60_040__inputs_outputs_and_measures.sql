CREATE TABLE logged_datasets (
    id            uuid        PRIMARY KEY,
    project_id    uuid        NOT NULL REFERENCES projects (id),
    experiment_id uuid        NOT NULL REFERENCES experiments (id),
    name          text        NOT NULL,
    digest        text        NOT NULL,
    source_type   text        NOT NULL,
    source        text        NOT NULL,
    schema        text,
    profile       text,
    created_at    timestamptz NOT NULL,
    UNIQUE (experiment_id, name, digest)
);
COMMENT ON TABLE logged_datasets IS 'Data as clients of MLflow''s wire describe it; the bytes are elsewhere.';
COMMENT ON COLUMN logged_datasets.digest IS 'Tells its content from others of the name, by the client''s own reckoning.';
COMMENT ON COLUMN logged_datasets.source_type IS 'What kind of place it comes from, such as http.';
COMMENT ON COLUMN logged_datasets.source IS 'The place, in the form of its type.';
COMMENT ON COLUMN logged_datasets.schema IS 'Its columns, as the client writes them.';
COMMENT ON COLUMN logged_datasets.profile IS 'Figures about it, as the client writes them.';

CREATE TABLE run_datasets (
    run_id     uuid  NOT NULL REFERENCES runs (id),
    dataset_id uuid  NOT NULL REFERENCES logged_datasets (id),
    tags       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, dataset_id)
);
CREATE INDEX run_datasets_by_dataset ON run_datasets (dataset_id);
COMMENT ON TABLE run_datasets IS 'Which runs were given which datasets.';
COMMENT ON COLUMN run_datasets.tags IS 'Text by name; mlflow.data.context says what for.';

CREATE TABLE run_models (
    run_id   uuid   NOT NULL REFERENCES runs (id),
    model_id uuid   NOT NULL REFERENCES logged_models (id),
    role     text   NOT NULL,
    step     bigint NOT NULL,
    PRIMARY KEY (run_id, model_id, role)
);
CREATE INDEX run_models_by_model ON run_models (model_id);
COMMENT ON TABLE run_models IS 'Which runs used and made which logged models.';
COMMENT ON COLUMN run_models.role IS 'INPUT or OUTPUT, as the run sees it.';
COMMENT ON COLUMN run_models.step IS 'The run''s own count when it made the model.';

-- until now a run's outputs were the models that named it as their origin
INSERT INTO run_models (run_id, model_id, role, step)
SELECT run_id, id, 'OUTPUT', 0 FROM logged_models WHERE run_id IS NOT NULL;

CREATE TABLE logged_model_metrics (
    model_id       uuid             NOT NULL REFERENCES logged_models (id),
    run_id         uuid             NOT NULL REFERENCES runs (id),
    key            text             NOT NULL,
    step           bigint           NOT NULL,
    timestamp_ms   bigint           NOT NULL,
    value          double precision NOT NULL,
    dataset_name   text             NOT NULL DEFAULT '',
    dataset_digest text             NOT NULL DEFAULT '',
    PRIMARY KEY (model_id, key, step, timestamp_ms, run_id, dataset_name, dataset_digest, value)
);
CREATE INDEX logged_model_metrics_by_run ON logged_model_metrics (run_id);
COMMENT ON TABLE logged_model_metrics IS 'What runs measured of logged models; sending one twice changes nothing.';
COMMENT ON COLUMN logged_model_metrics.step IS 'As in run_metrics.';
COMMENT ON COLUMN logged_model_metrics.timestamp_ms IS 'As in run_metrics.';
COMMENT ON COLUMN logged_model_metrics.dataset_name IS 'What it was measured on; empty if that was not said.';
COMMENT ON COLUMN logged_model_metrics.dataset_digest IS 'As in logged_datasets.';

ALTER TABLE logged_models ADD COLUMN deleted_at timestamptz;
COMMENT ON COLUMN logged_models.deleted_at IS 'Since when it is gone for users.';

CREATE POLICY logged_datasets_of_project ON logged_datasets
    USING (current_setting('trine.project', true) IN ('platform', project_id::text));
CREATE POLICY run_datasets_of_project ON run_datasets
    USING (current_setting('trine.project', true) = 'platform'
           OR (SELECT true FROM runs parent WHERE parent.id = run_datasets.run_id));
CREATE POLICY run_models_of_project ON run_models
    USING (current_setting('trine.project', true) = 'platform'
           OR (SELECT true FROM runs parent WHERE parent.id = run_models.run_id));
CREATE POLICY logged_model_metrics_of_project ON logged_model_metrics
    USING (current_setting('trine.project', true) = 'platform'
           OR (SELECT true FROM runs parent WHERE parent.id = logged_model_metrics.run_id));
ALTER TABLE logged_datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE logged_datasets FORCE ROW LEVEL SECURITY;
ALTER TABLE run_datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_datasets FORCE ROW LEVEL SECURITY;
ALTER TABLE run_models ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_models FORCE ROW LEVEL SECURITY;
ALTER TABLE logged_model_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE logged_model_metrics FORCE ROW LEVEL SECURITY;
