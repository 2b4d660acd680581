-- name: PutBlob :exec
INSERT INTO blob (ambito, sha256, size, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (ambito, sha256) DO NOTHING;

-- name: Blob :one
SELECT * FROM blob WHERE ambito = $1 AND sha256 = $2;

-- name: PutDraft :exec
INSERT INTO draft (ambito, id, process, form, step, answers, files, corrects, reason, channel, operator, updated_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (ambito, id) DO UPDATE SET step = excluded.step, answers = excluded.answers, files = excluded.files,
  reason = excluded.reason, updated_us = excluded.updated_us, expires_us = excluded.expires_us;

-- name: Draft :one
SELECT * FROM draft WHERE ambito = $1 AND id = $2 AND expires_us > $3;

-- name: DeleteDraft :exec
DELETE FROM draft WHERE ambito = $1 AND id = $2;

-- name: DeleteOldDrafts :execrows
DELETE FROM draft WHERE expires_us <= $1;

-- name: Enqueue :exec
INSERT INTO outbox (key, ambito, kind, matter, act, recipient, created_us, due_us, sent_us, attempts, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, '') ON CONFLICT (key) DO NOTHING;

-- name: DueMessages :many
SELECT * FROM outbox WHERE sent_us = 0 AND due_us <= $1 ORDER BY due_us, key LIMIT $2;

-- name: ClaimMessage :execrows
-- Two instances may look at the same row: the one whose update finds it unchanged sends it.
UPDATE outbox SET attempts = attempts + 1, due_us = $1 WHERE key = $2 AND sent_us = 0 AND due_us = $3;

-- name: MarkSent :exec
UPDATE outbox SET sent_us = $1, problem = '' WHERE key = $2;

-- name: MarkProblem :exec
UPDATE outbox SET problem = $1, due_us = $2 WHERE key = $3;

-- name: SentMessages :many
SELECT * FROM outbox WHERE ambito = $1 AND sent_us > 0 ORDER BY sent_us DESC, key DESC LIMIT $2;

-- name: SentMessage :one
SELECT * FROM outbox WHERE ambito = $1 AND key = $2 AND sent_us > 0;

-- name: CountSent :one
SELECT COUNT(*) FROM outbox WHERE ambito = $1 AND sent_us > 0;

-- name: InsertFeedback :exec
INSERT INTO feedback (id, ambito, page, rate, answer, words, given_us) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: DemoClock :one
SELECT * FROM demo_clock WHERE id = 1;

-- name: SetDemoClock :exec
INSERT INTO demo_clock (id, at_us, real_us, target_us) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET at_us = excluded.at_us, real_us = excluded.real_us, target_us = excluded.target_us;
