COMMENT ON COLUMN evaluation_jobs.spec IS 'The request with every default filled in (EvaluationSpec).';
COMMENT ON COLUMN evaluation_jobs.workload_id IS 'What runs it.';
COMMENT ON COLUMN evaluation_jobs.dataset_version_id IS 'The exact version that it reads, fixed when it was submitted.';
COMMENT ON COLUMN evaluation_jobs.state IS 'The workload''s state, written in the same transaction as its own.';
COMMENT ON COLUMN evaluation_jobs.reason_code IS 'The workload''s.';
COMMENT ON COLUMN evaluation_jobs.reason_message IS 'The workload''s.';
