ALTER TABLE inference_replicas ADD COLUMN running_since timestamptz;
COMMENT ON COLUMN inference_replicas.running_since IS 'Since when its program runs; null while it does not.';
