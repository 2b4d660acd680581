-- name: InsertAmendment :exec
INSERT INTO amendment (ambito, process, version, position, path, old, new, why, kind, organ, act_kind, act_number, act_date, reason,
  definition, act, published_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: Amendments :many
SELECT * FROM amendment WHERE ambito = $1 AND process = $2 ORDER BY version, position;

-- name: DefinitionVersions :many
SELECT hash, version, act, published_us FROM definition WHERE ambito = $1 AND process = $2 ORDER BY version;

-- name: DefinitionVersion :one
SELECT * FROM definition WHERE ambito = $1 AND process = $2 AND version = $3;

-- name: DefinitionInForceAt :one
-- The version in force at an instant. Whatever arrived before the first one was published is judged by the first.
SELECT d.hash FROM definition d WHERE d.ambito = $1 AND d.process = $2 AND (d.published_us <= $3 OR NOT EXISTS (
  SELECT 1 FROM definition e WHERE e.ambito = d.ambito AND e.process = d.process AND e.version < d.version))
ORDER BY d.version DESC LIMIT 1;

-- name: AmendProcess :exec
UPDATE process SET title = $1, definition = $2 WHERE ambito = $3 AND slug = $4;

-- name: ActsToJudgeAgain :many
SELECT * FROM act WHERE ambito = $1 AND process = $2 AND kind IN ($3, $4) ORDER BY n;

-- name: AdhesionsToJudgeAgain :many
SELECT * FROM adhesion WHERE ambito = $1 AND process = $2 ORDER BY seq;

-- name: VerdictsToJudgeAgain :many
SELECT v.* FROM verdict v JOIN adhesion a ON a.ambito = v.ambito AND a.code = v.matter
WHERE a.ambito = $1 AND a.process = $2 AND v.counts ORDER BY v.act;

-- name: VerdictsByAct :many
SELECT * FROM verdict WHERE ambito = $1 AND act = $2 AND matter = $3 ORDER BY judged, rule;

-- name: SetAdhesionState :exec
UPDATE adhesion SET state = $1 WHERE ambito = $2 AND code = $3;

-- name: FormsInUse :many
SELECT DISTINCT form FROM adhesion WHERE ambito = $1 AND process = $2 ORDER BY form;

-- name: TablesInUse :many
SELECT DISTINCT t.table_id FROM adhesion_table t JOIN adhesion a ON a.ambito = t.ambito AND a.code = t.code
WHERE a.ambito = $1 AND a.process = $2 ORDER BY t.table_id;
