COMMENT ON COLUMN inference_services.state IS 'DEPLOYING, READY, DEGRADED, FAILED or STOPPED, as its replicas are (ServiceState).';
COMMENT ON COLUMN inference_services.reason_code IS 'Why it is in this state, for programs.';
COMMENT ON COLUMN inference_services.reason_message IS 'Why it is in this state, for people.';
COMMENT ON COLUMN inference_replicas.workload_id IS 'What runs it.';
COMMENT ON COLUMN inference_replicas.reason_code IS 'The workload''s.';
COMMENT ON COLUMN inference_replicas.reason_message IS 'The workload''s.';
COMMENT ON COLUMN inference_replicas.host IS 'Where it listens, once it says so.';
COMMENT ON COLUMN inference_replicas.port IS 'See host.';
COMMENT ON COLUMN inference_replicas.ready_at IS 'When it first answered that it is ready.';
