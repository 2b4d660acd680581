-- name: PutIntake :exec
INSERT INTO intake (ambito, code, version, officer, arrived_us, recorded_us, sender_us, missing, waits, second, act, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: Intakes :many
SELECT * FROM intake WHERE ambito = $1 AND code = $2 ORDER BY version;

-- name: ConfirmIntake :exec
UPDATE intake SET waits = FALSE, second = $1, act = $2 WHERE ambito = $3 AND code = $4 AND version = $5;

-- name: CheckAdhesion :exec
UPDATE adhesion SET state = $1, act = $2 WHERE ambito = $3 AND code = $4;

-- name: CompleteTaxCode :exec
-- A sheet that came without a tax code gets it by a correction, and so its body.
UPDATE adhesion SET party = $1, tax_code = $2 WHERE ambito = $3 AND code = $4;

-- name: PartiesOfAmbito :many
SELECT * FROM party WHERE ambito = $1 ORDER BY sort_key, id;
