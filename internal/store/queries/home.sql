-- name: AdhesionsByAddress :many
-- Sheets that name the address, or a person who has it.
SELECT a.* FROM adhesion a WHERE a.ambito = $1 AND a.code IN (
  SELECT b.code FROM adhesion b WHERE b.ambito = $2 AND b.email = $3
  UNION ALL SELECT c.code FROM person p CROSS JOIN adhesion c WHERE p.ambito = $4 AND p.email = $5 AND c.ambito = p.ambito AND c.person = p.id)
ORDER BY a.received_us, a.code;

-- name: AdhesionsOfParty :many
SELECT * FROM adhesion WHERE ambito = $1 AND party = $2 ORDER BY received_us, code;

-- name: QuestionsByContact :many
SELECT * FROM question WHERE ambito = $1 AND contact = $2 ORDER BY received_us, id;
