COMMENT ON COLUMN nodes.executor IS 'Who runs workloads on it.';
COMMENT ON COLUMN nodes.cpus IS 'Cores that workloads may use in all, as memory_bytes and gpus.';
COMMENT ON COLUMN nodes.isolation IS 'How workloads are kept apart on it, such as bubblewrap or process.';
COMMENT ON COLUMN nodes.labels IS 'Facts to place by, such as os and arch: text by name.';
