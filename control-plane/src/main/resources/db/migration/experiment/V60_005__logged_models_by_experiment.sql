-- The newest models of an experiment, as clients search them.
CREATE INDEX logged_models_by_experiment ON logged_models (experiment_id, id DESC);
