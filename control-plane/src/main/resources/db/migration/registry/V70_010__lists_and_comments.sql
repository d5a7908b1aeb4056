-- A model's versions are listed newest first, page by page.
CREATE INDEX model_versions_by_model ON model_versions (model_id, id DESC);

COMMENT ON COLUMN model_versions.number IS '1, 2, 3, … within its model, without gaps.';
COMMENT ON COLUMN model_versions.format IS 'What reads it, such as onnx.';
COMMENT ON COLUMN model_versions.run_id IS 'The run that it came from; null when it was brought in.';
COMMENT ON COLUMN model_versions.dataset_version_id IS 'What it was trained on, as the run''s tags say; the printed id.';
COMMENT ON COLUMN model_aliases.number IS 'The version that it points to.';
