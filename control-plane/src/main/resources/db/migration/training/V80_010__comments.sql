COMMENT ON COLUMN training_jobs.workload_id IS 'What runs it. Ids of other modules'' rows are without a foreign key here: modules refer to each other by id only.';
COMMENT ON COLUMN training_jobs.run_id IS 'The run that its params, metrics and artifacts go to.';
COMMENT ON COLUMN training_jobs.experiment_id IS 'The run''s experiment.';
COMMENT ON COLUMN training_jobs.reason_code IS 'The workload''s.';
COMMENT ON COLUMN training_jobs.reason_message IS 'The workload''s.';
