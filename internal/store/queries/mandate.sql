-- name: PutMandate :exec
INSERT INTO mandate (ambito, id, person, party, role, from_us, to_us, starts_us, until_us, act)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (ambito, id, person, party, role) DO UPDATE SET to_us = excluded.to_us, act = excluded.act;

-- name: MandatesOfParty :many
SELECT m.id, m.person, m.party, m.role, m.from_us, m.to_us, m.starts_us, m.until_us, m.act, p.name, p.email FROM mandate m
JOIN person p ON p.ambito = m.ambito AND p.id = m.person
WHERE m.ambito = $1 AND m.party = $2 ORDER BY m.from_us, p.name, m.id;

-- name: MandatesOfEmail :many
SELECT m.id, m.person, m.party, m.role, m.from_us, m.to_us, m.starts_us, m.until_us, m.act, p.name, p.email, b.name AS party_name
FROM person p CROSS JOIN mandate m CROSS JOIN party b
WHERE p.ambito = $1 AND p.email = $2 AND m.ambito = p.ambito AND m.person = p.id AND b.ambito = m.ambito AND b.id = m.party ORDER BY m.from_us, m.id;

-- name: BeginMandate :exec
UPDATE mandate SET from_us = $1, until_us = 0, act = $2 WHERE ambito = $3 AND id = $4 AND person = $5 AND party = $6 AND role = $7;

-- name: EndMandate :exec
UPDATE mandate SET to_us = $1, act = $2 WHERE ambito = $3 AND id = $4 AND person = $5 AND party = $6 AND role = $7;

-- name: EndOtherMandates :exec
-- Those that the same sheet gave to somebody else, or as something else.
UPDATE mandate SET to_us = $1, act = $2 WHERE ambito = $3 AND id = $4 AND to_us = 0 AND NOT (person = $5 AND role = $6);

-- name: DeleteMandates :exec
DELETE FROM mandate WHERE ambito = $1 AND id = $2;
