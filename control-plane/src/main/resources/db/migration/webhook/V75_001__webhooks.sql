CREATE TABLE webhooks (
    id          uuid        PRIMARY KEY,
    project_id  uuid        NOT NULL REFERENCES projects (id),
    name        text        NOT NULL,
    description text        NOT NULL,
    url         text        NOT NULL,
    events      text[]      NOT NULL,
    secret      text,
    status      text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    UNIQUE (project_id, id)
);
COMMENT ON TABLE webhooks IS 'Addresses that are told what happens in a project.';
COMMENT ON COLUMN webhooks.description IS 'Empty if there is none.';
COMMENT ON COLUMN webhooks.url IS 'Where events are posted to.';
COMMENT ON COLUMN webhooks.events IS 'What it is told of, such as MODEL_VERSION_CREATED.';
COMMENT ON COLUMN webhooks.secret IS 'With what its messages are signed; null for nothing. Told to nobody.';
COMMENT ON COLUMN webhooks.status IS 'ACTIVE or DISABLED.';

CREATE TABLE webhook_deliveries (
    id         uuid        PRIMARY KEY,
    project_id uuid        NOT NULL,
    webhook_id uuid        NOT NULL,
    event      text        NOT NULL,
    body       text        NOT NULL,
    state      text        NOT NULL,
    attempts   integer     NOT NULL,
    due_at     timestamptz,
    status     integer,
    error      text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (project_id, webhook_id) REFERENCES webhooks (project_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id DESC);
CREATE INDEX webhook_deliveries_over ON webhook_deliveries (created_at) WHERE due_at IS NULL;
COMMENT ON TABLE webhook_deliveries IS 'What webhooks are to be told, written in the transaction of what happened, and for 7 days what they were told.';
COMMENT ON COLUMN webhook_deliveries.event IS 'What happened, such as MODEL_VERSION_CREATED.';
COMMENT ON COLUMN webhook_deliveries.body IS 'The message, to the letter.';
COMMENT ON COLUMN webhook_deliveries.state IS 'PENDING, DELIVERED or FAILED.';
COMMENT ON COLUMN webhook_deliveries.attempts IS 'How often it was sent.';
COMMENT ON COLUMN webhook_deliveries.due_at IS 'When it is to be sent, or, while it is being sent, when the claim runs out; null when it is over.';
COMMENT ON COLUMN webhook_deliveries.status IS 'What the address answered last, as in HTTP; null if it has not.';
COMMENT ON COLUMN webhook_deliveries.error IS 'Why the last attempt failed; null if it did not.';

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['webhooks', 'webhook_deliveries'] LOOP
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (current_setting('trine.project', true) IN ('platform', project_id::text))
        $policy$, one || '_of_project', one);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
    END LOOP;
END $$;
