CREATE TABLE inference_services (
    id             uuid        PRIMARY KEY,
    project_id     uuid        NOT NULL REFERENCES projects (id),
    name           text        NOT NULL,
    spec           jsonb       NOT NULL,
    model_version  int         NOT NULL,
    state          text        NOT NULL,
    reason_code    text,
    reason_message text,
    created_by     uuid        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    deleted_at     timestamptz,
    version        bigint      NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX inference_services_name ON inference_services (project_id, name) WHERE deleted_at IS NULL;
CREATE INDEX inference_services_by_project ON inference_services (project_id, id DESC) WHERE deleted_at IS NULL;
COMMENT ON TABLE inference_services IS 'Models that answer requests at /serve/<project>/<name>.';
COMMENT ON COLUMN inference_services.spec IS 'The request with every default filled in (ServiceSpec).';
COMMENT ON COLUMN inference_services.model_version IS 'The version that an alias in the spec meant when it was deployed.';
COMMENT ON COLUMN inference_services.deleted_at IS 'Set when deletion was asked; its replicas then stop.';

CREATE TABLE inference_replicas (
    id             uuid        PRIMARY KEY,
    service_id     uuid        NOT NULL REFERENCES inference_services (id),
    workload_id    uuid        NOT NULL,
    state          text        NOT NULL,
    reason_code    text,
    reason_message text,
    host           text,
    port           int,
    created_at     timestamptz NOT NULL,
    ready_at       timestamptz
);
CREATE INDEX inference_replicas_by_service ON inference_replicas (service_id, id);
CREATE UNIQUE INDEX inference_replicas_by_workload ON inference_replicas (workload_id);
CREATE INDEX inference_replicas_open ON inference_replicas (id) WHERE state IN ('STARTING', 'READY');
COMMENT ON TABLE inference_replicas IS 'One copy each of a service''s model server.';
COMMENT ON COLUMN inference_replicas.state IS 'STARTING, READY (the gateway sends it requests), FAILED or STOPPED.';
