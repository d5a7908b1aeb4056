-- What a crash left between the last byte and the blob is looked for again and again; there are few of these.
CREATE INDEX uploads_to_join ON uploads (id) WHERE object_key IS NULL AND offset_bytes = size_bytes;

COMMENT ON COLUMN uploads.busy_until IS 'A request of busy_by is writing, and renews this while bytes arrive; nobody else may write until then. By the database''s clock.';
