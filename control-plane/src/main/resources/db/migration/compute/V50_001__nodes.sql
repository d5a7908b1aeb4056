CREATE TABLE nodes (
    id           text             PRIMARY KEY,
    executor     text             NOT NULL,
    name         text             NOT NULL,
    cpus         double precision NOT NULL,
    memory_bytes bigint           NOT NULL,
    gpus         int              NOT NULL,
    isolation    text             NOT NULL,
    labels       jsonb            NOT NULL,
    seen_at      timestamptz      NOT NULL
);
COMMENT ON TABLE nodes IS 'Machines that an executor can run workloads on.';
COMMENT ON COLUMN nodes.seen_at IS 'When its executor last told of it; a node not seen for a while is lost.';
