CREATE TABLE traces (
    project_id        uuid        NOT NULL REFERENCES projects (id),
    id                text        NOT NULL,
    experiment_id     uuid        NOT NULL REFERENCES experiments (id),
    client_request_id text,
    request_preview   text,
    response_preview  text,
    requested_at      timestamptz NOT NULL,
    duration_ms       bigint,
    state             text        NOT NULL,
    told              boolean     NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX traces_by_time ON traces (experiment_id, requested_at DESC, id COLLATE "C");
COMMENT ON TABLE traces IS 'What requests to programs that call models did, as a whole.';
COMMENT ON COLUMN traces.id IS 'The client''s own.';
COMMENT ON COLUMN traces.client_request_id IS 'What the client calls the request.';
COMMENT ON COLUMN traces.request_preview IS 'The beginning of what was asked.';
COMMENT ON COLUMN traces.response_preview IS 'The beginning of what was answered.';
COMMENT ON COLUMN traces.requested_at IS 'When it began, by the client''s clock.';
COMMENT ON COLUMN traces.duration_ms IS 'Milliseconds; null while it goes on.';
COMMENT ON COLUMN traces.state IS 'STATE_UNSPECIFIED, OK, ERROR or IN_PROGRESS.';
COMMENT ON COLUMN traces.told IS 'Whether a client has told it as a whole; else it is what its spans say.';

CREATE TABLE trace_tags (
    project_id uuid NOT NULL,
    trace_id   text NOT NULL,
    key        text NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (project_id, trace_id, key),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE trace_tags IS 'Tags of traces; the last value counts.';

CREATE TABLE trace_metadata (
    project_id uuid NOT NULL,
    trace_id   text NOT NULL,
    key        text NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (project_id, trace_id, key),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE trace_metadata IS 'What clients say of traces that does not change.';

CREATE TABLE trace_runs (
    project_id uuid NOT NULL,
    trace_id   text NOT NULL,
    run        text NOT NULL,
    PRIMARY KEY (project_id, trace_id, run),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
CREATE INDEX trace_runs_by_run ON trace_runs (project_id, run);
COMMENT ON TABLE trace_runs IS 'Which runs traces belong to.';
COMMENT ON COLUMN trace_runs.run IS 'The 32 hex digits of a run''s id, in the client''s words.';

CREATE TABLE trace_spans (
    project_id  uuid   NOT NULL,
    trace_id    text   NOT NULL,
    span_id     text   NOT NULL,
    parent_id   text,
    name        text   NOT NULL,
    type        text   NOT NULL,
    status      text   NOT NULL,
    start_nanos bigint NOT NULL,
    end_nanos   bigint NOT NULL,
    attributes  jsonb  NOT NULL,
    content     bytea  NOT NULL,
    PRIMARY KEY (project_id, trace_id, span_id),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE trace_spans IS 'The parts of traces.';
COMMENT ON COLUMN trace_spans.span_id IS '16 hex digits.';
COMMENT ON COLUMN trace_spans.parent_id IS 'The span that it is a part of; null of the trace''s own.';
COMMENT ON COLUMN trace_spans.type IS 'Such as LLM or TOOL; empty if it was not said.';
COMMENT ON COLUMN trace_spans.status IS 'UNSET, OK or ERROR.';
COMMENT ON COLUMN trace_spans.start_nanos IS 'Nanoseconds since 1970 UTC, by the client''s clock.';
COMMENT ON COLUMN trace_spans.end_nanos IS 'The same; 0 while it goes on.';
COMMENT ON COLUMN trace_spans.attributes IS 'Text by name; what is no text as JSON.';
COMMENT ON COLUMN trace_spans.content IS 'The whole span as a Span message of OTLP.';

CREATE TABLE assessments (
    project_id  uuid        NOT NULL,
    id          text        NOT NULL,
    trace_id    text        NOT NULL,
    name        text        NOT NULL,
    kind        text        NOT NULL,
    value       jsonb       NOT NULL,
    value_text  text,
    source_type text        NOT NULL,
    source_id   text        NOT NULL,
    rationale   text,
    span_id     text,
    metadata    jsonb       NOT NULL,
    overrides   text,
    valid       boolean     NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, trace_id, id),
    FOREIGN KEY (project_id, trace_id) REFERENCES traces (project_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE assessments IS 'What people and judges say of traces.';
COMMENT ON COLUMN assessments.kind IS 'FEEDBACK, EXPECTATION or ISSUE.';
COMMENT ON COLUMN assessments.value IS 'In the form that its kind has on MLflow''s wire.';
COMMENT ON COLUMN assessments.value_text IS 'Its value: a text as it is, anything else as JSON.';
COMMENT ON COLUMN assessments.source_type IS 'Who says it, such as HUMAN or LLM_JUDGE.';
COMMENT ON COLUMN assessments.source_id IS 'Which one.';
COMMENT ON COLUMN assessments.rationale IS 'Why.';
COMMENT ON COLUMN assessments.span_id IS 'The span that it is about, if it is about one.';
COMMENT ON COLUMN assessments.metadata IS 'Text by name.';
COMMENT ON COLUMN assessments.overrides IS 'The one that it takes the place of.';
COMMENT ON COLUMN assessments.valid IS 'Whether none takes its place.';

DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['traces', 'trace_tags', 'trace_metadata', 'trace_runs', 'trace_spans', 'assessments'] LOOP
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (current_setting('trine.project', true) IN ('platform', project_id::text))
        $policy$, one || '_of_project', one);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
    END LOOP;
END $$;
