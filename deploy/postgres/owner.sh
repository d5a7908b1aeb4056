#!/bin/sh
# Run once, by the image, when the database is new: the platform's role owns its database and is no superuser, whom PostgreSQL's
# row-level security does not hold.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE trine LOGIN PASSWORD :'password';
CREATE DATABASE trine OWNER trine;
SQL
