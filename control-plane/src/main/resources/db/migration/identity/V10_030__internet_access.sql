ALTER TABLE projects ADD COLUMN internet_access boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN projects.internet_access IS 'Whether its jobs may ask for the internet; an admin of the organization says so.';
