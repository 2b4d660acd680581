-- name: InsertAdmission :exec
INSERT INTO admission (ambito, code, act, verdict, reason, asked, due_us, officer, other, state, decided_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: Admissions :many
SELECT * FROM admission WHERE ambito = $1 AND code = $2 ORDER BY act;

-- name: AdmissionsOfProcess :many
SELECT a.* FROM admission a JOIN adhesion h ON h.ambito = a.ambito AND h.code = a.code
WHERE h.ambito = $1 AND h.process = $2 ORDER BY a.act;

-- name: DecideAdhesion :exec
UPDATE adhesion SET state = $1, act = $2 WHERE ambito = $3 AND code = $4;

-- name: KeyedIn :many
-- Who keyed in the versions of a sheet, and whether one still waits for a second officer.
SELECT officer, waits FROM intake WHERE ambito = $1 AND code = $2 ORDER BY version;

-- name: SheetsOfProcess :many
SELECT * FROM adhesion WHERE ambito = $1 AND process = $2 ORDER BY seq;
