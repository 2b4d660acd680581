-- name: InsertAccess :exec
INSERT INTO access_log (id, ambito, person, role, what, why, read_us) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: Accesses :many
-- Newest first.
SELECT * FROM access_log WHERE ambito = $1 AND (CAST($2 AS TEXT) = '' OR person = $3) AND read_us >= $4 AND read_us < $5
ORDER BY read_us DESC, id LIMIT $6 OFFSET $7;

-- name: CountAccesses :one
SELECT COUNT(*) FROM access_log WHERE ambito = $1 AND (CAST($2 AS TEXT) = '' OR person = $3) AND read_us >= $4 AND read_us < $5;

-- name: AccessPersons :many
SELECT DISTINCT person FROM access_log WHERE ambito = $1 ORDER BY person;
