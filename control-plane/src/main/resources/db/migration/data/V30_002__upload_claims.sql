ALTER TABLE uploads ADD COLUMN busy_by text;
COMMENT ON COLUMN uploads.busy_by IS 'The copy of the control plane whose request is writing; its claim ends at busy_until unless renewed.';
COMMENT ON COLUMN uploads.busy_until IS 'A request of busy_by is writing, and renews this while bytes arrive; nobody else may write until then.';
