-- Looking for the run anew for each row of a batch took longer than writing it. Whoever writes has looked for it once.
ALTER TABLE run_params DROP CONSTRAINT run_params_run_id_fkey;
ALTER TABLE run_tags DROP CONSTRAINT run_tags_run_id_fkey;
ALTER TABLE run_metrics DROP CONSTRAINT run_metrics_run_id_fkey;
ALTER TABLE run_latest_metrics DROP CONSTRAINT run_latest_metrics_run_id_fkey;
COMMENT ON COLUMN run_params.run_id IS 'The run; no foreign key, which would be looked up for each row.';
COMMENT ON COLUMN run_tags.run_id IS 'As in run_params.';
COMMENT ON COLUMN run_metrics.run_id IS 'As in run_params.';
COMMENT ON COLUMN run_latest_metrics.run_id IS 'As in run_params.';
