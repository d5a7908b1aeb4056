-- The second lock behind the project_id of every query. The setting trine.project says whose rows a statement reaches: a project's
-- id, or 'platform' for what is done across projects; where nothing is said, none. A new table of tenants' rows brings its own
-- policy in the migration that makes it.
DO $$
DECLARE
    one text;
    child record;
BEGIN
    FOREACH one IN ARRAY ARRAY['api_keys', 'audit_events', 'uploads', 'datasets', 'workloads', 'experiments', 'runs', 'logged_models',
                               'models', 'training_jobs', 'evaluation_jobs', 'inference_services'] LOOP
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (current_setting('trine.project', true) IN ('platform', project_id::text))
        $policy$, one || '_of_project', one);
    END LOOP;

    -- whoever does not reach the parent, for which its own policy holds, does not reach the child; not EXISTS, for which PostgreSQL
    -- may read every parent of the project into a hash
    FOR child IN SELECT * FROM (VALUES
            ('dataset_versions', 'dataset_id', 'datasets'),
            ('dataset_files', 'version_id', 'dataset_versions'),
            ('dataset_splits', 'version_id', 'dataset_versions'),
            ('workload_attempts', 'workload_id', 'workloads'),
            ('workload_outputs', 'workload_id', 'workloads'),
            ('run_params', 'run_id', 'runs'),
            ('run_tags', 'run_id', 'runs'),
            ('run_metrics', 'run_id', 'runs'),
            ('run_latest_metrics', 'run_id', 'runs'),
            ('model_versions', 'model_id', 'models'),
            ('model_aliases', 'model_id', 'models'),
            ('inference_replicas', 'service_id', 'inference_services')) AS children (name, reference, parent) LOOP
        EXECUTE format($policy$
            CREATE POLICY %I ON %I USING (
                current_setting('trine.project', true) = 'platform'
                OR (SELECT true FROM %I parent WHERE parent.id = %I.%I))
        $policy$, child.name || '_of_project', child.name, child.parent, child.name, child.reference);
    END LOOP;
END $$;

CREATE POLICY artifacts_of_project ON artifacts USING (
    current_setting('trine.project', true) = 'platform'
    OR (SELECT true FROM runs WHERE runs.id = artifacts.owner_id)
    OR (SELECT true FROM logged_models WHERE logged_models.id = artifacts.owner_id));

CREATE POLICY projects_of_project ON projects USING (current_setting('trine.project', true) IN ('platform', id::text));

CREATE POLICY organizations_of_project ON organizations USING (
    current_setting('trine.project', true) = 'platform'
    OR EXISTS (SELECT 1 FROM projects WHERE projects.organization_id = organizations.id));

CREATE POLICY memberships_of_project ON memberships USING (
    current_setting('trine.project', true) = 'platform'
    OR EXISTS (SELECT 1 FROM projects WHERE projects.organization_id = memberships.organization_id));

-- the owner of a table is held, too: it is whom the platform connects as
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tablename FROM pg_policies WHERE schemaname = current_schema() LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one.tablename);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one.tablename);
    END LOOP;
END $$;
