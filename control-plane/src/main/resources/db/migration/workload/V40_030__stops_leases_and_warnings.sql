ALTER TABLE workloads
    ADD COLUMN lease_token     bigint NOT NULL DEFAULT 0,
    ADD COLUMN restart_code    text,
    ADD COLUMN restart_message text;
COMMENT ON COLUMN workloads.lease_token IS 'Rises whenever the lease changes hands; whoever has an older one may write nothing any more.';
COMMENT ON COLUMN workloads.restart_code IS 'Set when its attempt is to end and another is to begin; why, for programs.';
COMMENT ON COLUMN workloads.restart_message IS 'See restart_code; for people.';
ALTER TABLE workload_attempts
    ADD COLUMN ignored_lines bigint NOT NULL DEFAULT 0,
    ADD COLUMN ignored_first text;
COMMENT ON COLUMN workload_attempts.ignored_lines IS 'Lines of the events channel that said nothing which could be kept.';
COMMENT ON COLUMN workload_attempts.ignored_first IS 'What is wrong with the first of them.';
