-- Whether anything uses a blob is asked before it is removed.
CREATE INDEX workload_outputs_by_blob ON workload_outputs (object_key);
CREATE INDEX workload_attempts_by_stdout ON workload_attempts (stdout_key) WHERE stdout_key IS NOT NULL;
CREATE INDEX workload_attempts_by_stderr ON workload_attempts (stderr_key) WHERE stderr_key IS NOT NULL;
