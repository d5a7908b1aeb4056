CREATE TABLE evaluation_datasets (
    id         uuid        PRIMARY KEY,
    project_id uuid        NOT NULL REFERENCES projects (id),
    name       text        NOT NULL,
    digest     text        NOT NULL,
    schema     jsonb,
    records    bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text,
    updated_by text,
    UNIQUE (project_id, id)
);
CREATE INDEX evaluation_datasets_by_time ON evaluation_datasets (project_id, created_at DESC, id DESC);
COMMENT ON TABLE evaluation_datasets IS 'What programs that call models are asked, and what would be right.';
COMMENT ON COLUMN evaluation_datasets.digest IS '8 hex digits that change with the records.';
COMMENT ON COLUMN evaluation_datasets.schema IS 'The types of the fields of its records; null before the first one.';
COMMENT ON COLUMN evaluation_datasets.records IS 'How many records it has.';
COMMENT ON COLUMN evaluation_datasets.created_by IS 'Who made it, in the client''s words.';
COMMENT ON COLUMN evaluation_datasets.updated_by IS 'Who changed its records last, in the client''s words.';

CREATE TABLE evaluation_dataset_tags (
    dataset_id uuid NOT NULL,
    project_id uuid NOT NULL,
    key        text NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (dataset_id, key),
    FOREIGN KEY (project_id, dataset_id) REFERENCES evaluation_datasets (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE evaluation_dataset_tags IS 'Tags of evaluation datasets; the last value counts.';

CREATE TABLE evaluation_dataset_experiments (
    dataset_id    uuid NOT NULL,
    experiment_id uuid NOT NULL REFERENCES experiments (id),
    project_id    uuid NOT NULL,
    PRIMARY KEY (dataset_id, experiment_id),
    FOREIGN KEY (project_id, dataset_id) REFERENCES evaluation_datasets (project_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_dataset_experiments_by_experiment ON evaluation_dataset_experiments (experiment_id);
COMMENT ON TABLE evaluation_dataset_experiments IS 'Which experiments evaluation datasets belong to.';

CREATE TABLE evaluation_records (
    id           uuid        PRIMARY KEY,
    project_id   uuid        NOT NULL,
    dataset_id   uuid        NOT NULL,
    inputs_hash  text        NOT NULL,
    inputs       jsonb       NOT NULL,
    outputs      jsonb,
    expectations jsonb,
    tags         jsonb       NOT NULL,
    source_type  text,
    source       jsonb,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    created_by   text,
    updated_by   text,
    UNIQUE (dataset_id, inputs_hash),
    FOREIGN KEY (project_id, dataset_id) REFERENCES evaluation_datasets (project_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_records_by_time ON evaluation_records (dataset_id, created_at, id);
COMMENT ON TABLE evaluation_records IS 'The examples of evaluation datasets; each dataset has the same inputs once.';
COMMENT ON COLUMN evaluation_records.inputs_hash IS 'Lower-case hex of the SHA-256 of the inputs as JSON with sorted keys.';
COMMENT ON COLUMN evaluation_records.inputs IS 'What is asked: values by name.';
COMMENT ON COLUMN evaluation_records.outputs IS 'What was answered.';
COMMENT ON COLUMN evaluation_records.expectations IS 'What would be right: values by name.';
COMMENT ON COLUMN evaluation_records.tags IS 'Values by name.';
COMMENT ON COLUMN evaluation_records.source_type IS 'UNSPECIFIED, TRACE, HUMAN, DOCUMENT or CODE; null if it was not said.';
COMMENT ON COLUMN evaluation_records.source IS 'Where it is from: values by name.';
COMMENT ON COLUMN evaluation_records.created_by IS 'Who made it, in the client''s words.';
COMMENT ON COLUMN evaluation_records.updated_by IS 'Who changed it last, in the client''s words.';

CREATE TABLE scorers (
    id            uuid PRIMARY KEY,
    project_id    uuid NOT NULL REFERENCES projects (id),
    experiment_id uuid NOT NULL REFERENCES experiments (id),
    name          text NOT NULL,
    UNIQUE (experiment_id, name),
    UNIQUE (project_id, id)
);
COMMENT ON TABLE scorers IS 'What judges the answers of programs that call models.';

CREATE TABLE scorer_versions (
    scorer_id  uuid        NOT NULL,
    project_id uuid        NOT NULL,
    version    integer     NOT NULL,
    definition text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scorer_id, version),
    FOREIGN KEY (project_id, scorer_id) REFERENCES scorers (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE scorer_versions IS 'What scorers were defined as.';
COMMENT ON COLUMN scorer_versions.version IS 'One more than the greatest there was; from 1.';
COMMENT ON COLUMN scorer_versions.definition IS 'The client''s own, in JSON; nothing here runs it.';

CREATE TABLE issues (
    id            uuid        PRIMARY KEY,
    project_id    uuid        NOT NULL REFERENCES projects (id),
    experiment_id uuid        NOT NULL REFERENCES experiments (id),
    name          text        NOT NULL,
    description   text        NOT NULL,
    status        text        NOT NULL,
    severity      text,
    root_causes   text[]      NOT NULL,
    categories    text[]      NOT NULL,
    source_run    text,
    created_by    text,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX issues_by_experiment ON issues (project_id, experiment_id);
COMMENT ON TABLE issues IS 'Troubles that traces show.';
COMMENT ON COLUMN issues.status IS 'PENDING, REJECTED or RESOLVED.';
COMMENT ON COLUMN issues.severity IS 'NOT_AN_ISSUE, LOW, MEDIUM or HIGH; null if it was not said.';
COMMENT ON COLUMN issues.root_causes IS 'What may be behind it.';
COMMENT ON COLUMN issues.categories IS 'Which kinds of trouble it is.';
COMMENT ON COLUMN issues.source_run IS 'The run that found it, in the client''s words.';
COMMENT ON COLUMN issues.created_by IS 'Who told it, in the client''s words.';

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['evaluation_datasets', 'evaluation_dataset_tags', 'evaluation_dataset_experiments',
                               'evaluation_records', 'scorers', 'scorer_versions', 'issues'] LOOP
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (current_setting('trine.project', true) IN ('platform', project_id::text))
        $policy$, one || '_of_project', one);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
    END LOOP;
END $$;
