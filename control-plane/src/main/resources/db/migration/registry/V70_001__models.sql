CREATE TABLE models (
    id             uuid        PRIMARY KEY,
    project_id     uuid        NOT NULL REFERENCES projects (id),
    name           text        NOT NULL,
    description    text        NOT NULL DEFAULT '',
    latest_version int         NOT NULL DEFAULT 0,
    created_by     uuid        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        bigint      NOT NULL DEFAULT 1,
    UNIQUE (project_id, name)
);
CREATE INDEX models_by_project ON models (project_id, id DESC);
COMMENT ON TABLE models IS 'Registered models: names for a line of versions.';
COMMENT ON COLUMN models.latest_version IS 'Number of the newest version, 0 before the first; the row lock on it orders new ones.';

CREATE TABLE model_versions (
    id                 uuid        PRIMARY KEY,
    model_id           uuid        NOT NULL REFERENCES models (id),
    number             int         NOT NULL,
    digest             text        NOT NULL,
    format             text        NOT NULL,
    signature          jsonb       NOT NULL,
    files              jsonb       NOT NULL,
    run_id             uuid        REFERENCES runs (id),
    job_id             text,
    dataset_version_id text,
    created_by         uuid        NOT NULL,
    created_at         timestamptz NOT NULL,
    UNIQUE (model_id, number)
);
COMMENT ON TABLE model_versions IS 'One immutable model: its files, what they take and give, and where they come from.';
COMMENT ON COLUMN model_versions.digest IS 'SHA-256 over the sorted lines "<sha256> <path>" of its files.';
COMMENT ON COLUMN model_versions.signature IS 'Inputs and outputs as model.json gives them; {} when unknown.';
COMMENT ON COLUMN model_versions.files IS 'Path, object, hash and size of each file (List of Experiments.Artifact).';
COMMENT ON COLUMN model_versions.job_id IS 'The training job of the run, as its tag trine.job says.';

CREATE TABLE model_aliases (
    model_id   uuid        NOT NULL REFERENCES models (id),
    alias      text        NOT NULL,
    number     int         NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (model_id, alias),
    FOREIGN KEY (model_id, number) REFERENCES model_versions (model_id, number)
);
COMMENT ON TABLE model_aliases IS 'Names that point to one version and can be moved, such as champion.';
