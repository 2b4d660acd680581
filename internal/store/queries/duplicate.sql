-- name: InsertMerge :exec
INSERT INTO party_merge (ambito, gone, kept, reason, act) VALUES ($1, $2, $3, $4, $5);

-- name: MergeOf :one
SELECT * FROM party_merge WHERE ambito = $1 AND gone = $2;

-- name: Merges :many
SELECT * FROM party_merge WHERE ambito = $1 ORDER BY act DESC, gone;

-- name: SheetsOfParty :many
SELECT * FROM adhesion WHERE ambito = $1 AND party = $2 ORDER BY process, seq;

-- name: MoveSheets :exec
-- The sheets follow the body that stays; what each said of itself is kept in its versions.
UPDATE adhesion SET party = $1, tax_code = $2 WHERE ambito = $3 AND party = $4;

-- name: CopyMandates :exec
INSERT INTO mandate (ambito, id, person, party, role, from_us, to_us, starts_us, until_us, act)
SELECT m.ambito, m.id, m.person, k.id, m.role, m.from_us, 0, m.starts_us, m.until_us, a.n FROM mandate m
JOIN party k ON k.ambito = m.ambito AND k.id = $1
JOIN act a ON a.ambito = m.ambito AND a.n = $2
WHERE m.ambito = $3 AND m.party = $4 AND m.to_us = 0
ON CONFLICT (ambito, id, person, party, role) DO NOTHING;

-- name: EndMandates :exec
UPDATE mandate SET to_us = $1, act = $2 WHERE ambito = $3 AND party = $4 AND to_us = 0;
