-- name: ActHeads :many
-- Acts without what they say, newest first.
SELECT n, kind, matter, process, via, received_us, registered_us, source_us, author FROM act WHERE ambito = $1 ORDER BY n DESC;

-- name: IntakesOfAmbito :many
SELECT * FROM intake WHERE ambito = $1 ORDER BY act, code, version;

-- name: AdmissionsOfAmbito :many
SELECT * FROM admission WHERE ambito = $1 ORDER BY act;

-- name: CorrectionsOfAmbito :many
SELECT v.code, v.version, v.act, v.reason, v.received_us FROM adhesion_version v WHERE v.ambito = $1 AND v.kind = 'modifica' ORDER BY v.act;

-- name: AmendmentsOfAmbito :many
-- One row for each version that an amendment made.
SELECT DISTINCT process, version, act_kind, act_number, act_date, reason, act, published_us FROM amendment WHERE ambito = $1 ORDER BY act;
