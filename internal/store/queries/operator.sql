-- name: OutboxState :many
-- What waits to be sent, and how much of it met a problem on the way.
SELECT ambito, COUNT(*) AS waiting, COUNT(CASE WHEN problem <> '' THEN 1 END) AS troubled
FROM outbox WHERE sent_us = 0 GROUP BY ambito ORDER BY ambito;

-- name: ActsByKind :many
SELECT ambito, kind, COUNT(*) AS n FROM act GROUP BY ambito, kind ORDER BY ambito, kind;

-- name: NewestAct :one
-- When the last act of any log was registered; 0 without acts.
SELECT CAST(COALESCE(MAX(last_us), 0) AS BIGINT) AS last_us FROM log;

-- name: ForgetSessions :exec
-- A restored database must not open the doors that were shut since.
DELETE FROM session;

-- name: ForgetLoginLinks :exec
DELETE FROM login_link;
