CREATE TABLE loose_blobs (
    object_key text        PRIMARY KEY,
    project_id uuid        NOT NULL REFERENCES projects (id),
    since      timestamptz NOT NULL
);
COMMENT ON TABLE loose_blobs IS 'Blobs that nothing may use: those stored lately, and those found without a use. What is still unused after a time goes.';
COMMENT ON COLUMN loose_blobs.object_key IS 'The blob.';
COMMENT ON COLUMN loose_blobs.since IS 'When it was last stored, or first found without a use.';

CREATE POLICY loose_blobs_of_project ON loose_blobs
    USING (current_setting('trine.project', true) IN ('platform', project_id::text));
ALTER TABLE loose_blobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE loose_blobs FORCE ROW LEVEL SECURITY;
