-- MLflow's clients want numbers for ids; each project's own experiment is 0 there.
CREATE SEQUENCE experiment_numbers;
ALTER TABLE experiments
    ADD COLUMN number     bigint,
    ADD COLUMN deleted_at timestamptz;
UPDATE experiments
   SET number = CASE WHEN name = 'Default' THEN 0 ELSE numbered.number END
  FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM experiments) AS numbered
 WHERE numbered.id = experiments.id;
SELECT setval('experiment_numbers', (SELECT coalesce(max(number), 0) + 1 FROM experiments), false);
ALTER TABLE experiments
    ALTER COLUMN number SET NOT NULL,
    ALTER COLUMN number SET DEFAULT nextval('experiment_numbers');
ALTER SEQUENCE experiment_numbers OWNED BY experiments.number;
CREATE UNIQUE INDEX experiments_by_number ON experiments (project_id, number);
COMMENT ON COLUMN experiments.number IS 'Its id where ids are numbers, as on MLflow''s wire; 0 is the project''s own, unique in the project.';
COMMENT ON COLUMN experiments.deleted_at IS 'Since when it is gone for users, who may restore it.';

-- The runs of an experiment, the latest first, as clients search them.
CREATE INDEX runs_by_start ON runs (experiment_id, started_at DESC, id);
COMMENT ON COLUMN runs.deleted_at IS 'Since when it is gone for users, who may restore it.';

-- A run's name and this tag of MLflow's are one thing, which is kept once.
UPDATE runs SET name = tag.value
  FROM run_tags tag
 WHERE tag.run_id = runs.id AND tag.key = 'mlflow.runName' AND tag.value <> '';
DELETE FROM run_tags WHERE key = 'mlflow.runName';
