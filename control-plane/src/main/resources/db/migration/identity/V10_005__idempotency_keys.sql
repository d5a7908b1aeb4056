CREATE TABLE idempotency_keys (
    user_id        uuid        NOT NULL REFERENCES users (id),
    key            text        NOT NULL,
    request_sha256 text        NOT NULL,
    created_at     timestamptz NOT NULL,
    status         int,
    headers        jsonb,
    body           text,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers to requests that came with an Idempotency-Key, written in the transaction of what they made.';
COMMENT ON COLUMN idempotency_keys.request_sha256 IS 'Of method, path, project, parameters and body: the same key with another request is refused.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status; null only within the transaction that holds the key.';
COMMENT ON COLUMN idempotency_keys.headers IS 'Location and ETag of the answer.';
COMMENT ON COLUMN idempotency_keys.body IS 'JSON as it was sent.';
