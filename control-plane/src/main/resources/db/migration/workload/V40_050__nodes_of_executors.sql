-- A node is named by its executor and its id.
DROP INDEX workloads_placed;
CREATE INDEX workloads_placed ON workloads (executor, node) WHERE state IN ('STARTING', 'RUNNING', 'CANCELLING');
DROP INDEX workload_attempts_kept;
CREATE INDEX workload_attempts_kept ON workload_attempts (executor, node, workload_id) WHERE NOT forgotten;
COMMENT ON COLUMN workloads.node IS 'Where it is placed (nodes.id of that executor).';
COMMENT ON COLUMN workload_attempts.node IS 'Where it ran (nodes.id of that executor).';
