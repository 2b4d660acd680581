-- name: MandatesOfAddress :many
-- Those that have not ended, with those that wait to be accepted, of every person with this address.
-- CROSS JOIN keeps SQLite from reading every mandate of the Ambito first.
SELECT m.person, m.from_us, p.name FROM person p CROSS JOIN mandate m
WHERE p.ambito = $1 AND p.email = $2 AND m.ambito = p.ambito AND m.person = p.id AND (m.to_us = 0 OR m.to_us > $3) ORDER BY m.from_us, m.person;

-- name: AdhesionsOfAddress :many
SELECT a.person, p.name FROM adhesion a
JOIN person p ON p.ambito = a.ambito AND p.id = a.person
WHERE a.ambito = $1 AND a.email = $2 ORDER BY a.seq;

-- name: PutOperator :exec
INSERT INTO operator (email) VALUES ($1) ON CONFLICT (email) DO NOTHING;

-- name: OperatorByEmail :one
SELECT email FROM operator WHERE email = $1;

-- name: CountOperators :one
SELECT COUNT(*) FROM operator;

-- name: InsertLoginLink :exec
INSERT INTO login_link (hash, email, browser, back, expires_us, used_us) VALUES ($1, $2, $3, $4, $5, 0);

-- name: CountLoginLinks :one
SELECT COUNT(*) FROM login_link WHERE email = $1 AND expires_us > $2;

-- name: LoginLink :one
SELECT * FROM login_link WHERE hash = $1;

-- name: UseLoginLink :one
-- Of any number that try, on any number of instances, one finds the row unused.
UPDATE login_link SET used_us = $1 WHERE hash = $2 AND browser = $3 AND used_us = 0 AND expires_us > $4 RETURNING *;

-- name: DeleteOldLoginLinks :execrows
DELETE FROM login_link WHERE expires_us <= $1;

-- name: InsertSession :exec
INSERT INTO session (hash, email, started_us, seen_us) VALUES ($1, $2, $3, $4);

-- name: Session :one
SELECT * FROM session WHERE hash = $1;

-- name: SeeSession :exec
UPDATE session SET seen_us = $1 WHERE hash = $2 AND seen_us < $3;

-- name: DeleteSession :exec
DELETE FROM session WHERE hash = $1;

-- name: DeleteOldSessions :execrows
DELETE FROM session WHERE started_us <= $1 OR seen_us <= $2;
