ALTER TABLE models ADD COLUMN tags jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN models.tags IS 'Key to value, both text.';
COMMENT ON COLUMN models.latest_version IS 'Number of the last version that was made, 0 before the first, also when it is deleted: none is given twice. The row lock on it orders new ones.';

ALTER TABLE model_versions
    ADD COLUMN description text        NOT NULL DEFAULT '',
    ADD COLUMN stage       text        NOT NULL DEFAULT 'NONE',
    ADD COLUMN tags        jsonb       NOT NULL DEFAULT '{}',
    ADD COLUMN source      text,
    ADD COLUMN run_link    text,
    ADD COLUMN updated_at  timestamptz;
UPDATE model_versions SET updated_at = created_at;
ALTER TABLE model_versions ALTER COLUMN updated_at SET NOT NULL;
COMMENT ON COLUMN model_versions.stage IS 'NONE, STAGING, PRODUCTION or ARCHIVED: how far it got, for clients that have no aliases.';
COMMENT ON COLUMN model_versions.tags IS 'Key to value, both text.';
COMMENT ON COLUMN model_versions.source IS 'Where it comes from, in the words of whoever registered it; null when only the run says so.';
COMMENT ON COLUMN model_versions.run_link IS 'An address of the run somewhere else.';
COMMENT ON COLUMN model_versions.number IS '1, 2, 3, … within its model; that of a deleted one is not given again.';
COMMENT ON COLUMN model_versions.format IS 'What reads it, such as onnx; external when its bytes lie elsewhere.';

-- Whoever deletes a model deletes its versions, and with a version go the aliases that point to it.
ALTER TABLE model_versions
    DROP CONSTRAINT model_versions_model_id_fkey,
    ADD FOREIGN KEY (model_id) REFERENCES models (id) ON DELETE CASCADE;
ALTER TABLE model_aliases
    DROP CONSTRAINT model_aliases_model_id_fkey,
    DROP CONSTRAINT model_aliases_model_id_number_fkey,
    ADD FOREIGN KEY (model_id, number) REFERENCES model_versions (model_id, number) ON DELETE CASCADE;
