-- Which attempts are to be looked at is told by the attempts themselves: each belongs to a node, and so to whoever has that node.
ALTER TABLE workload_attempts ADD COLUMN forgotten boolean NOT NULL DEFAULT false;
UPDATE workload_attempts a SET forgotten = true FROM workloads w WHERE w.id = a.workload_id AND w.cleaned;
ALTER TABLE workloads DROP COLUMN cleaned;
CREATE INDEX workload_attempts_kept ON workload_attempts (node, workload_id) WHERE NOT forgotten;
COMMENT ON COLUMN workload_attempts.forgotten IS 'Whether its executor has removed all that it kept of it.';
