-- A dataset's versions are listed newest first, page by page.
CREATE INDEX dataset_versions_by_dataset ON dataset_versions (dataset_id, id DESC);

COMMENT ON COLUMN uploads.offset_bytes IS 'How many bytes have arrived.';
COMMENT ON COLUMN datasets.deleted_at IS 'Since when it is gone for users; its name is free again, its versions stay for lineage.';
COMMENT ON COLUMN dataset_versions.number IS '1, 2, 3, … within its dataset, without gaps.';
COMMENT ON COLUMN dataset_versions.label_column IS 'The column that a model is to predict; null when nothing was said.';
COMMENT ON COLUMN dataset_files.object_key IS 'The blob with its bytes.';
COMMENT ON COLUMN dataset_files.sha256 IS 'Lower-case hex.';
COMMENT ON COLUMN dataset_splits.definition IS 'Name, shares, seed and what to keep balanced (Split.Definition).';
