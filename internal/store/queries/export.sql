-- Sheets of a process in the order of their numbers, a page at a time: the last number of a page is where the next begins.

-- name: ExportSheets :many
SELECT * FROM adhesion WHERE ambito = $1 AND process = $2 AND seq > $3 ORDER BY seq LIMIT $4;

-- name: ExportVersions :many
-- The latest version of each sheet.
SELECT v.* FROM adhesion_version v JOIN adhesion a ON a.ambito = v.ambito AND a.code = v.code AND a.version = v.version
WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4 ORDER BY v.code;

-- name: ExportAdmissions :many
SELECT m.* FROM admission m JOIN adhesion a ON a.ambito = m.ambito AND a.code = m.code
WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4 ORDER BY m.act;

-- name: ExportPersons :many
-- Who presented the sheets, and who took them in.
SELECT p.* FROM person p WHERE p.ambito = $1 AND p.id IN (
  SELECT a.person FROM adhesion a WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4
  UNION SELECT i.officer FROM intake i JOIN adhesion a ON a.ambito = i.ambito AND a.code = i.code
  WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4
  UNION SELECT i.second FROM intake i JOIN adhesion a ON a.ambito = i.ambito AND a.code = i.code
  WHERE a.ambito = $1 AND a.process = $2 AND a.seq > $3 AND a.seq <= $4) ORDER BY p.id;

-- name: ExportDoubtful :many
-- Sheets whose tax code is also that of one held as a duplicate.
SELECT a.code, a.number, a.tax_code FROM adhesion a WHERE a.ambito = $1 AND a.process = $2 AND a.tax_code <> ''
  AND a.state NOT IN ('superseded', 'withdrawn', 'notAdmitted') AND a.tax_code IN (
    SELECT d.tax_code FROM adhesion d WHERE d.ambito = $1 AND d.process = $2 AND d.state = 'duplicate')
ORDER BY a.seq;
