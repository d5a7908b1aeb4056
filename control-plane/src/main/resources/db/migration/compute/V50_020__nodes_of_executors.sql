-- Each executor calls its nodes as it likes, and two may call theirs the same.
ALTER TABLE nodes DROP CONSTRAINT nodes_pkey;
ALTER TABLE nodes ADD PRIMARY KEY (executor, id);
COMMENT ON COLUMN nodes.id IS 'What its executor calls it.';
