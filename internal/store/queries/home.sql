-- name: AdhesionsByAddress :many
-- Sheets that name the address, or a person who has it.
SELECT a.* FROM adhesion a JOIN person p ON p.ambito = a.ambito AND p.id = a.person
WHERE a.ambito = $1 AND (a.email = $2 OR p.email = $3) ORDER BY a.received_us, a.code;

-- name: AdhesionsOfParty :many
SELECT * FROM adhesion WHERE ambito = $1 AND party = $2 ORDER BY received_us, code;

-- name: QuestionsByContact :many
SELECT * FROM question WHERE ambito = $1 AND contact = $2 ORDER BY received_us, id;
