DROP INDEX inference_replicas_open;
CREATE INDEX inference_replicas_open ON inference_replicas (id) WHERE state IN ('STARTING', 'READY', 'NOT_READY');
