-- name: InboxSheets :many
SELECT * FROM adhesion WHERE ambito = $1 AND process = $2 ORDER BY seq;

-- name: InboxIntakes :many
-- Of the sheets between two numbers, like the next two. Ordered by them: SQLite would else read the whole table in its own order.
SELECT i.* FROM intake i JOIN adhesion a ON a.ambito = i.ambito AND a.code = i.code
WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4 ORDER BY a.seq, i.version;

-- name: InboxTables :many
SELECT t.code, t.table_id FROM adhesion_table t JOIN adhesion a ON a.ambito = t.ambito AND a.code = t.code
WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4 ORDER BY a.seq, t.position;

-- name: InboxPersons :many
SELECT p.* FROM person p WHERE p.ambito = $1 ORDER BY p.id;

-- name: InboxVerdicts :many
-- Newest judgement of the latest arrival of each sheet first. CROSS JOIN has SQLite begin with the sheets, and is a join like any to PostgreSQL.
SELECT v.matter, v.rule, v.result, v.at_us, v.closes_us FROM adhesion a CROSS JOIN verdict v JOIN definition d ON d.ambito = v.ambito AND d.hash = v.definition
WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4 AND v.ambito = a.ambito AND v.matter = a.code AND v.counts ORDER BY a.seq, v.judged DESC, v.act DESC, d.version DESC, v.rule;

-- name: ActsOnMatter :many
SELECT * FROM act WHERE ambito = $1 AND matter = $2 ORDER BY n;
