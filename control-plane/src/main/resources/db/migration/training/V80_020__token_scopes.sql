-- Jobs that wait while this is applied keep what every job's token was good for before.
ALTER TABLE training_jobs ADD COLUMN token_scopes text[] NOT NULL
    DEFAULT '{datasets:read,experiments:read,experiments:write,models:read,models:write}';
ALTER TABLE training_jobs ALTER COLUMN token_scopes DROP DEFAULT;
COMMENT ON COLUMN training_jobs.token_scopes IS
    'What the job''s own token is good for: never more than the credential with which the job was submitted.';
