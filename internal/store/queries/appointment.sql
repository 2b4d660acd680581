-- name: InsertAppointment :exec
INSERT INTO appointment (ambito, id, person, role, from_us, to_us, act) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: EndAppointment :exec
UPDATE appointment SET to_us = $1, act = $2 WHERE ambito = $3 AND id = $4;

-- name: Appointment :one
SELECT * FROM appointment WHERE ambito = $1 AND id = $2;

-- name: Appointments :many
SELECT a.id, a.person, a.role, a.from_us, a.to_us, p.name, p.email FROM appointment a
JOIN person p ON p.ambito = a.ambito AND p.id = a.person
WHERE a.ambito = $1 ORDER BY a.from_us, a.id;

-- name: AppointmentsOfPerson :many
SELECT * FROM appointment WHERE ambito = $1 AND person = $2 ORDER BY from_us, id;

-- name: AppointmentsOfAddress :many
-- Those that have not ended, of every person with this address.
SELECT a.person, a.role, a.from_us, a.to_us, p.name FROM person p CROSS JOIN appointment a
WHERE p.ambito = $1 AND p.email = $2 AND a.ambito = p.ambito AND a.person = p.id AND (a.to_us = 0 OR a.to_us > $3) ORDER BY a.from_us, a.id;
