-- name: PartyByTaxCode :one
SELECT * FROM party WHERE ambito = $1 AND tax_code = $2 AND tax_code <> '';

-- name: Party :one
SELECT * FROM party WHERE ambito = $1 AND id = $2;

-- name: PutParty :exec
INSERT INTO party (ambito, id, nature, category, name, sort_key, tax_code, constituted_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (ambito, id) DO UPDATE SET nature = excluded.nature, category = excluded.category, name = excluded.name,
  sort_key = excluded.sort_key, tax_code = excluded.tax_code, constituted_on = excluded.constituted_on;

-- name: PersonsByEmail :many
SELECT * FROM person WHERE ambito = $1 AND email = $2 ORDER BY id;

-- name: Person :one
SELECT * FROM person WHERE ambito = $1 AND id = $2;

-- name: PutPerson :exec
INSERT INTO person (ambito, id, name, email, phone) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ambito, id) DO UPDATE SET name = excluded.name, phone = excluded.phone;

-- name: InsertAdhesion :exec
INSERT INTO adhesion (ambito, code, process, form, seq, number, version, party, person, channel, category, party_name,
  tax_code, email, confirmed, state, replaced_by, idem, received_us, act)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: UpdateAdhesion :exec
UPDATE adhesion SET version = $1, person = $2, category = $3, party_name = $4, email = $5, confirmed = $6, state = $7,
  received_us = $8, act = $9 WHERE ambito = $10 AND code = $11;

-- name: ReplaceAdhesion :exec
UPDATE adhesion SET state = 'superseded', replaced_by = $1 WHERE ambito = $2 AND code = $3;

-- name: ConfirmAdhesion :exec
UPDATE adhesion SET confirmed = TRUE, act = $1 WHERE ambito = $2 AND code = $3;

-- name: Adhesion :one
SELECT * FROM adhesion WHERE ambito = $1 AND code = $2;

-- name: AdhesionInForce :one
-- Of a body, whatever it is called: a sheet whose tax code was erased is still of the same body until then.
SELECT * FROM adhesion WHERE adhesion.ambito = $1 AND adhesion.process = $2 AND adhesion.party = $3 AND adhesion.state = 'active'
  AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.ambito = adhesion.ambito AND e.matter = adhesion.code) ORDER BY adhesion.seq LIMIT 1;

-- name: LastSeq :one
SELECT seq FROM adhesion WHERE ambito = $1 AND process = $2 ORDER BY seq DESC LIMIT 1;

-- name: InsertVersion :exec
INSERT INTO adhesion_version (ambito, code, version, act, kind, answers, reason, idem, received_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: Versions :many
SELECT * FROM adhesion_version WHERE ambito = $1 AND code = $2 ORDER BY version;

-- name: VersionByIdem :one
SELECT * FROM adhesion_version WHERE ambito = $1 AND idem = $2;

-- name: ClearTables :exec
DELETE FROM adhesion_table WHERE ambito = $1 AND code = $2;

-- name: InsertTable :exec
INSERT INTO adhesion_table (ambito, code, table_id, position) VALUES ($1, $2, $3, $4);

-- name: AdhesionTables :many
SELECT table_id FROM adhesion_table WHERE ambito = $1 AND code = $2 ORDER BY position;

-- name: InsertAttachment :exec
INSERT INTO attachment (ambito, code, version, slot, name, type, size, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Attachments :many
SELECT * FROM attachment WHERE ambito = $1 AND code = $2 ORDER BY version, slot;

-- name: InsertVerdict :exec
INSERT INTO verdict (ambito, act, judged, rule, matter, definition, at_us, result, closes_us, counts, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: VerdictsOnMatter :many
-- Of the latest arrival first, newest judgement first; of one judgement the latest version of the definition first.
SELECT v.* FROM verdict v JOIN definition d ON d.ambito = v.ambito AND d.hash = v.definition
WHERE v.ambito = $1 AND v.matter = $2 ORDER BY v.judged DESC, v.act DESC, d.version DESC, v.rule;

-- name: CountAdhesions :one
SELECT COUNT(*) AS received, COUNT(*) FILTER (WHERE state = 'active') AS in_force
FROM adhesion WHERE ambito = $1 AND process = $2;

-- name: CountByTable :many
SELECT t.table_id, COUNT(*) AS n FROM adhesion_table t
JOIN adhesion a ON a.ambito = t.ambito AND a.code = t.code
WHERE a.ambito = $1 AND a.process = $2 AND a.state = 'active' GROUP BY t.table_id ORDER BY t.table_id;
