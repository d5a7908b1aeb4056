-- Whose row it is was looked up in runs for each row that was read or written, which took as long as the row itself.
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['run_params', 'run_tags', 'run_metrics', 'run_latest_metrics'] LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN project_id uuid', one);
        EXECUTE format('UPDATE %I SET project_id = runs.project_id FROM runs WHERE runs.id = run_id', one);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN project_id SET NOT NULL', one);
        -- for copies of the version before, which do not name it and may still be serving
        EXECUTE format($default$
            ALTER TABLE %I ALTER COLUMN project_id SET DEFAULT nullif(current_setting('trine.project', true), 'platform')::uuid
        $default$, one);
        EXECUTE format('COMMENT ON COLUMN %I.project_id IS %L', one, 'Its run''s, which never changes.');
    END LOOP;
END $$;
