CREATE TABLE uploads (
    id           uuid        PRIMARY KEY,
    project_id   uuid        NOT NULL REFERENCES projects (id),
    filename     text        NOT NULL,
    size_bytes   bigint      NOT NULL,
    sha256       text,
    offset_bytes bigint      NOT NULL DEFAULT 0,
    segments     int         NOT NULL DEFAULT 0,
    busy_until   timestamptz,
    object_key   text,
    created_by   uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);
COMMENT ON TABLE uploads IS 'Files on their way in, by tus 1.0.';
COMMENT ON COLUMN uploads.sha256 IS 'Lower-case hex that the client promised; checked when the last byte is here.';
COMMENT ON COLUMN uploads.segments IS 'How many objects <project>/uploads/<id>/<n> hold the bytes so far.';
COMMENT ON COLUMN uploads.busy_until IS 'A request is writing until then at the latest; nobody else may.';
COMMENT ON COLUMN uploads.object_key IS 'The blob with all the bytes, once they are all here and have the right hash.';

CREATE TABLE datasets (
    id             uuid        PRIMARY KEY,
    project_id     uuid        NOT NULL REFERENCES projects (id),
    name           text        NOT NULL,
    description    text        NOT NULL,
    tags           text[]      NOT NULL,
    latest_version int         NOT NULL DEFAULT 0,
    created_by     uuid        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    deleted_at     timestamptz,
    version        bigint      NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX datasets_name ON datasets (project_id, name) WHERE deleted_at IS NULL;
CREATE INDEX datasets_by_project ON datasets (project_id, id DESC) WHERE deleted_at IS NULL;
COMMENT ON TABLE datasets IS 'Named collections of immutable versions.';
COMMENT ON COLUMN datasets.latest_version IS 'Number of the newest version, 0 before the first; the row lock on it orders new ones.';

CREATE TABLE dataset_versions (
    id           uuid        PRIMARY KEY,
    dataset_id   uuid        NOT NULL REFERENCES datasets (id),
    number       int         NOT NULL,
    digest       text        NOT NULL,
    row_count    bigint      NOT NULL,
    size_bytes   bigint      NOT NULL,
    columns      jsonb       NOT NULL,
    label_column text,
    created_by   uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    UNIQUE (dataset_id, number)
);
COMMENT ON TABLE dataset_versions IS 'What a dataset was at one time; never changed.';
COMMENT ON COLUMN dataset_versions.digest IS 'SHA-256 over the sorted lines "<sha256> <path>" of its files.';
COMMENT ON COLUMN dataset_versions.columns IS 'Inferred schema with statistics (List of Column).';

CREATE TABLE dataset_files (
    version_id uuid   NOT NULL REFERENCES dataset_versions (id),
    path       text   NOT NULL,
    object_key text   NOT NULL,
    sha256     text   NOT NULL,
    size_bytes bigint NOT NULL,
    PRIMARY KEY (version_id, path)
);
COMMENT ON TABLE dataset_files IS 'The files of a version.';

CREATE TABLE dataset_splits (
    id         uuid        PRIMARY KEY,
    version_id uuid        NOT NULL REFERENCES dataset_versions (id),
    name       text        NOT NULL,
    definition jsonb       NOT NULL,
    parts      jsonb       NOT NULL,
    created_by uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (version_id, name)
);
COMMENT ON TABLE dataset_splits IS 'A version''s rows divided by a seed; the same definition always gives the same parts.';
COMMENT ON COLUMN dataset_splits.parts IS 'Name, rows and file of each part (List of Split.Part).';
