-- Whether anything uses a blob is asked before it is removed.
CREATE INDEX artifacts_by_blob ON artifacts (object_key);
