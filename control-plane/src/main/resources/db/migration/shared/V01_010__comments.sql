COMMENT ON COLUMN event_publication.listener_id IS 'The method that is to hear of it.';
COMMENT ON COLUMN event_publication.event_type IS 'The event''s class.';
COMMENT ON COLUMN event_publication.serialized_event IS 'The event as JSON.';
COMMENT ON COLUMN event_publication.publication_date IS 'When the change was committed that it tells of.';
COMMENT ON COLUMN event_publication.completion_date IS 'When its listener was done.';
COMMENT ON COLUMN event_publication.status IS 'PUBLISHED, PROCESSING, COMPLETED, FAILED or RESUBMITTED.';
COMMENT ON COLUMN event_publication.completion_attempts IS 'How often its listener was called.';
COMMENT ON COLUMN event_publication.last_resubmission_date IS 'When it was last tried again.';
