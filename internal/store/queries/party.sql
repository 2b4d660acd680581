-- name: Parties :many
-- With how many sheets and how many people acting for it now.
SELECT b.*, (SELECT COUNT(*) FROM adhesion a WHERE a.ambito = b.ambito AND a.party = b.id) AS sheets,
  (SELECT COUNT(*) FROM mandate m WHERE m.ambito = b.ambito AND m.party = b.id AND m.from_us > 0 AND m.from_us <= $1
    AND (m.to_us = 0 OR m.to_us > $2)) AS people,
  (SELECT COUNT(*) FROM mandate m WHERE m.ambito = b.ambito AND m.party = b.id AND m.from_us = 0 AND m.until_us = 0 AND m.to_us = 0) AS waiting
FROM party b WHERE b.ambito = $3 ORDER BY b.sort_key, b.id;

-- name: PutPartyGhost :exec
-- A body that only what was erased named: its id, for what still points to it.
INSERT INTO party (ambito, id, nature, category, name, sort_key, tax_code, constituted_on) VALUES ($1, $2, '', '', '', '', '', '')
ON CONFLICT (ambito, id) DO NOTHING;

-- name: BlankParty :exec
UPDATE party SET nature = '', category = '', name = '', sort_key = '', tax_code = '', constituted_on = '' WHERE ambito = $1 AND id = $2;
