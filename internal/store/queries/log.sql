-- name: CreateLog :exec
INSERT INTO log (ambito, origin, key, size, root, last_us) VALUES ($1, $2, $3, 0, $4, 0);

-- name: LockLog :one
-- An update that changes nothing takes the row on PostgreSQL as SELECT … FOR UPDATE would,
-- and means the same on SQLite.
UPDATE log SET size = size WHERE ambito = $1 RETURNING *;

-- name: MoveLog :execrows
-- Compare and swap: a writer that lost its place moves nothing.
UPDATE log SET size = $1, root = $2, last_us = $3 WHERE ambito = $4 AND size = $5 AND root = $6;

-- name: Log :one
SELECT * FROM log WHERE ambito = $1;

-- name: Logs :many
SELECT * FROM log ORDER BY ambito;

-- name: InsertAct :exec
INSERT INTO act (ambito, n, kind, matter, process, via, received_us, registered_us, source_us, definition, prev, leaf,
  body, body_salt, files, files_salt, author, author_salt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: Act :one
SELECT * FROM act WHERE ambito = $1 AND n = $2;

-- name: LastActOnMatter :one
SELECT n, leaf FROM act WHERE ambito = $1 AND matter = $2 ORDER BY n DESC LIMIT 1;

-- name: ActsFrom :many
SELECT * FROM act WHERE ambito = $1 AND n >= $2 ORDER BY n LIMIT $3;

-- name: ActsOfKinds :many
-- In no order: SQLite would read every act to give them in one.
SELECT * FROM act WHERE ambito = $1 AND kind IN ($2, $3, $4);

-- name: InsertHash :exec
INSERT INTO hash (ambito, idx, hash) VALUES ($1, $2, $3);

-- name: Hash :one
SELECT hash FROM hash WHERE ambito = $1 AND idx = $2;

-- name: CountHashes :one
SELECT COUNT(*) FROM hash WHERE ambito = $1;

-- name: InsertCheckpoint :exec
INSERT INTO checkpoint (ambito, size, note) VALUES ($1, $2, $3);

-- name: LastCheckpoint :one
SELECT size, note FROM checkpoint WHERE ambito = $1 ORDER BY size DESC LIMIT 1;

-- name: CheckpointCovering :one
-- The first checkpoint that holds act n: the one its receipt was answered with.
SELECT size, note FROM checkpoint WHERE ambito = $1 AND size > $2 ORDER BY size LIMIT 1;

-- name: Checkpoints :many
SELECT size, note FROM checkpoint WHERE ambito = $1 ORDER BY size;

-- name: CountOrphans :one
-- Rows that belong to no log: foreign keys forbid them, an administrator's hand does not.
SELECT (SELECT COUNT(*) FROM act WHERE act.ambito NOT IN (SELECT log.ambito FROM log))
  + (SELECT COUNT(*) FROM hash WHERE hash.ambito NOT IN (SELECT log.ambito FROM log))
  + (SELECT COUNT(*) FROM checkpoint WHERE checkpoint.ambito NOT IN (SELECT log.ambito FROM log)) AS orphans;
