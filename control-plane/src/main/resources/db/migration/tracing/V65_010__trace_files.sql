CREATE TABLE trace_files (
    project_id uuid        NOT NULL,
    trace_id   text        NOT NULL,
    path       text        NOT NULL,
    object_key text        NOT NULL,
    sha256     text        NOT NULL,
    size_bytes bigint      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, trace_id, path),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
CREATE INDEX trace_files_by_blob ON trace_files (object_key);
COMMENT ON TABLE trace_files IS 'Files that clients attach to traces, such as images in a span''s inputs; the bytes are blobs.';
COMMENT ON COLUMN trace_files.path IS 'Relative, / separates.';
COMMENT ON COLUMN trace_files.object_key IS 'The blob with its bytes.';
COMMENT ON COLUMN trace_files.sha256 IS 'Lower-case hex.';

CREATE POLICY trace_files_of_project ON trace_files
    USING (current_setting('trine.project', true) IN ('platform', project_id::text));
ALTER TABLE trace_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE trace_files FORCE ROW LEVEL SECURITY;
