ALTER TABLE users DROP COLUMN failed_logins, DROP COLUMN locked_until;

CREATE TABLE login_failures (
    email_sha256 text        PRIMARY KEY,
    failures     int         NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_at      timestamptz NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (last_at);
COMMENT ON TABLE login_failures IS 'Wrong passwords since the last right one; for e-mails that nobody has, too, so that a lock tells nothing.';
COMMENT ON COLUMN login_failures.email_sha256 IS 'Lower-case hex of the SHA-256 of the e-mail in lower case.';
COMMENT ON COLUMN login_failures.failures IS 'How many.';
COMMENT ON COLUMN login_failures.locked_until IS 'No login before this time, whatever the password.';
COMMENT ON COLUMN login_failures.last_at IS 'When the last one was judged; old rows are swept.';

CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

DROP INDEX api_keys_by_user;
CREATE INDEX api_keys_by_user ON api_keys (user_id, project_id, id DESC);
