-- name: InsertAmbito :exec
INSERT INTO ambito (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- name: Ambiti :many
SELECT * FROM ambito ORDER BY id;

-- name: InsertDefinition :exec
INSERT INTO definition (ambito, hash, process, version, resolved, source, act, published_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Definition :one
SELECT * FROM definition WHERE ambito = $1 AND hash = $2;

-- name: PutProcess :exec
INSERT INTO process (ambito, slug, title, definition, published_us, last_act) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (ambito, slug) DO UPDATE SET title = excluded.title, definition = excluded.definition, last_act = excluded.last_act;

-- name: TouchProcess :exec
UPDATE process SET last_act = $1 WHERE ambito = $2 AND slug = $3;

-- name: Process :one
SELECT * FROM process WHERE ambito = $1 AND slug = $2;

-- name: Processes :many
SELECT * FROM process WHERE ambito = $1 ORDER BY published_us DESC, slug;
