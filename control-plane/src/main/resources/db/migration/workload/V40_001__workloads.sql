CREATE TABLE workloads (
    id              uuid             PRIMARY KEY,
    project_id      uuid             NOT NULL REFERENCES projects (id),
    owner           text             NOT NULL,
    owner_id        text             NOT NULL,
    submitted_by    uuid,
    spec            jsonb            NOT NULL,
    cpus            double precision NOT NULL,
    memory_bytes    bigint           NOT NULL,
    gpus            int              NOT NULL,
    priority        int              NOT NULL,
    state           text             NOT NULL,
    reason_code     text,
    reason_message  text,
    cancel_reason   text,
    host            text,
    port            int,
    executor        text,
    node            text,
    not_before      timestamptz      NOT NULL,
    queued_at       timestamptz      NOT NULL,
    started_at      timestamptz,
    ended_at        timestamptz,
    cleaned         boolean          NOT NULL DEFAULT false,
    lease_owner     text,
    lease_until     timestamptz,
    version         bigint           NOT NULL DEFAULT 1
);
CREATE INDEX workloads_queue ON workloads (priority DESC, id) WHERE state = 'QUEUED';
CREATE INDEX workloads_open ON workloads (id) WHERE NOT cleaned;
CREATE INDEX workloads_placed ON workloads (node) WHERE state IN ('STARTING', 'RUNNING', 'CANCELLING');
COMMENT ON TABLE workloads IS 'Everything that runs, has run or is to run.';
COMMENT ON COLUMN workloads.owner IS 'What it is for: training-job, evaluation-job, replica.';
COMMENT ON COLUMN workloads.cancel_reason IS 'Set when somebody asked for its end; why, for people.';
COMMENT ON COLUMN workloads.not_before IS 'A retry waits until then.';
COMMENT ON COLUMN workloads.cleaned IS 'Whether its executor has forgotten every attempt.';
COMMENT ON COLUMN workloads.lease_until IS 'One copy of the control plane (lease_owner) works on it until then.';

CREATE TABLE workload_attempts (
    id             uuid        PRIMARY KEY,
    workload_id    uuid        NOT NULL REFERENCES workloads (id),
    number         int         NOT NULL,
    state          text        NOT NULL,
    executor       text        NOT NULL,
    node           text        NOT NULL,
    exit_code      int,
    reason_code    text,
    reason_message text,
    events_offset  bigint      NOT NULL DEFAULT 0,
    stdout_key     text,
    stderr_key     text,
    started_at     timestamptz,
    ended_at       timestamptz,
    UNIQUE (workload_id, number)
);
COMMENT ON TABLE workload_attempts IS 'Each try at running a workload.';
COMMENT ON COLUMN workload_attempts.events_offset IS 'Bytes of the events channel that were handled.';
COMMENT ON COLUMN workload_attempts.stdout_key IS 'Object with the whole output; set when the attempt has ended.';

CREATE TABLE workload_outputs (
    workload_id uuid   NOT NULL REFERENCES workloads (id),
    path        text   NOT NULL,
    object_key  text   NOT NULL,
    sha256      text   NOT NULL,
    size_bytes  bigint NOT NULL,
    PRIMARY KEY (workload_id, path)
);
COMMENT ON TABLE workload_outputs IS 'Files that a succeeded task left.';
