CREATE TABLE users (
    id            uuid        PRIMARY KEY,
    email         text        NOT NULL,
    name          text        NOT NULL,
    password_hash text        NOT NULL,
    failed_logins int         NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
COMMENT ON TABLE users IS 'People who can log in.';
COMMENT ON COLUMN users.password_hash IS 'Argon2id, with its parameters and salt.';
COMMENT ON COLUMN users.locked_until IS 'No login before this time, whatever the password.';

CREATE TABLE organizations (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL,
    slug       text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    version    bigint      NOT NULL DEFAULT 1
);
COMMENT ON TABLE organizations IS 'Tenants: everything belongs to exactly one.';

CREATE TABLE memberships (
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    user_id         uuid        NOT NULL REFERENCES users (id),
    role            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);
COMMENT ON TABLE memberships IS 'Who belongs to an organization, and as what.';
COMMENT ON COLUMN memberships.role IS 'VIEWER, MEMBER, ADMIN or OWNER; valid in every project of the organization.';

CREATE TABLE projects (
    id              uuid        PRIMARY KEY,
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    name            text        NOT NULL,
    slug            text        NOT NULL UNIQUE,
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL DEFAULT 1
);
CREATE INDEX projects_by_organization ON projects (organization_id, id DESC);
COMMENT ON TABLE projects IS 'What datasets, jobs, models and services belong to.';
COMMENT ON COLUMN projects.slug IS 'Unique over all organizations: it stands in /serve/<slug>/….';

CREATE TABLE api_keys (
    id              uuid        PRIMARY KEY,
    user_id         uuid        NOT NULL REFERENCES users (id),
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    project_id      uuid        REFERENCES projects (id),
    name            text        NOT NULL,
    sha256          text        NOT NULL,
    scopes          text[]      NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    revoked_at      timestamptz
);
CREATE INDEX api_keys_by_user ON api_keys (user_id, id DESC);
CREATE INDEX api_keys_in_force ON api_keys (id) WHERE revoked_at IS NULL;
COMMENT ON TABLE api_keys IS 'Keys for programs: trine_<id>_<secret>, shown once.';
COMMENT ON COLUMN api_keys.sha256 IS 'Lower-case hex of the SHA-256 of the whole key; the key itself is never kept.';
COMMENT ON COLUMN api_keys.project_id IS 'The only project it is good for; null for every project of the organization.';

CREATE TABLE refresh_tokens (
    sha256     text        PRIMARY KEY,
    family     uuid        NOT NULL,
    user_id    uuid        NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked_at timestamptz
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
COMMENT ON TABLE refresh_tokens IS 'Each is good for one exchange; a second one revokes its whole family.';

CREATE TABLE signing_keys (
    id         text        PRIMARY KEY,
    jwk        text        NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE signing_keys IS 'Keys that sign access tokens; the newest signs, all verify.';
COMMENT ON COLUMN signing_keys.jwk IS 'Private JSON Web Key (RFC 7517), ES256.';

CREATE TABLE audit_events (
    id              uuid        PRIMARY KEY,
    at              timestamptz NOT NULL,
    organization_id uuid,
    project_id      uuid,
    user_id         uuid,
    api_key_id      uuid,
    action          text        NOT NULL,
    subject         text        NOT NULL,
    details         jsonb       NOT NULL,
    request_id      text        NOT NULL
);
CREATE INDEX audit_events_by_project ON audit_events (project_id, id DESC);
COMMENT ON TABLE audit_events IS 'Who changed what; a row is written in the transaction of the change, and never altered.';
