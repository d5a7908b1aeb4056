-- Whether anything uses a blob is asked before it is removed.
CREATE INDEX dataset_files_by_blob ON dataset_files (object_key);
CREATE INDEX uploads_by_blob ON uploads (object_key) WHERE object_key IS NOT NULL;
