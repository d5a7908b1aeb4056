-- By the rows' own project instead of their runs'; the setting is read once for each statement.
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['run_params', 'run_tags', 'run_metrics', 'run_latest_metrics'] LOOP
        EXECUTE format($policy$
            ALTER POLICY %I ON %I
            USING ((SELECT current_setting('trine.project', true)) IN ('platform', project_id::text))
        $policy$, one || '_of_project', one);
    END LOOP;
END $$;
