-- name: InsertQuestion :exec
INSERT INTO question (ambito, id, process, seq, channel, name, contact, words, idem, taken_by, received_us, answer,
  answered_by, answered_us, act)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, $12);

-- name: AnswerQuestion :exec
UPDATE question SET answer = $1, answered_by = $2, answered_us = $3, act = $4 WHERE ambito = $5 AND id = $6;

-- name: Question :one
SELECT * FROM question WHERE ambito = $1 AND id = $2;

-- name: QuestionByIdem :one
SELECT * FROM question WHERE ambito = $1 AND idem = $2;

-- name: LastQuestionSeq :one
SELECT seq FROM question WHERE ambito = $1 AND process = $2 ORDER BY seq DESC LIMIT 1;

-- name: Questions :many
SELECT question.*, COALESCE(a.person, '') AS assigned, COALESCE(f.id, '') AS faq, COALESCE(f.withdrawn_us, 0) AS withdrawn_us
FROM question LEFT JOIN question_assignment a ON a.ambito = question.ambito AND a.question = question.id
LEFT JOIN faq f ON f.ambito = question.ambito AND f.question = question.id
WHERE question.ambito = $1 ORDER BY question.received_us DESC, question.id LIMIT $2;

-- name: AssignQuestion :exec
INSERT INTO question_assignment (ambito, question, person, since_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (ambito, question) DO UPDATE SET person = excluded.person, since_us = excluded.since_us;

-- name: QuestionAssignment :one
SELECT * FROM question_assignment WHERE ambito = $1 AND question = $2;

-- name: DeskPersons :many
-- Those who may answer at an instant.
SELECT DISTINCT person.id, person.name FROM appointment
JOIN person ON person.ambito = appointment.ambito AND person.id = appointment.person
WHERE appointment.ambito = $1 AND appointment.role IN ('helpDesk', 'officer', 'headOfOffice')
  AND appointment.from_us <= $2 AND (appointment.to_us = 0 OR appointment.to_us > $3) ORDER BY person.id;

-- name: InsertFAQ :exec
INSERT INTO faq (ambito, id, process, seq, question, words, answer, published_us, withdrawn_us, act)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9);

-- name: RewordFAQ :exec
UPDATE faq SET words = $1, answer = $2, published_us = $3, withdrawn_us = 0, act = $4 WHERE ambito = $5 AND id = $6;

-- name: WithdrawFAQ :exec
UPDATE faq SET withdrawn_us = $1, act = $2 WHERE ambito = $3 AND id = $4;

-- name: FAQ :one
SELECT * FROM faq WHERE ambito = $1 AND id = $2;

-- name: FAQOfQuestion :one
SELECT * FROM faq WHERE ambito = $1 AND question = $2 AND question <> '';

-- name: LastFAQSeq :one
SELECT seq FROM faq WHERE ambito = $1 AND process = $2 ORDER BY seq DESC LIMIT 1;

-- name: FAQs :many
SELECT * FROM faq WHERE ambito = $1 ORDER BY process DESC, seq;

-- name: HoldQuestion :exec
INSERT INTO question_held (ambito, id, process, name, contact, words, idem, why, source, received_us, dropped_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) ON CONFLICT (ambito, idem) DO NOTHING;

-- name: HeldQuestion :one
SELECT * FROM question_held WHERE ambito = $1 AND id = $2;

-- name: HeldQuestionByIdem :one
SELECT * FROM question_held WHERE ambito = $1 AND idem = $2;

-- name: HeldQuestions :many
SELECT * FROM question_held WHERE ambito = $1 AND dropped_us = 0 ORDER BY received_us, id LIMIT $2;

-- name: CountHeld :one
SELECT COUNT(*) FROM question_held WHERE ambito = $1 AND dropped_us = 0;

-- name: CountHeldFrom :one
SELECT COUNT(*) FROM question_held WHERE ambito = $1 AND source = $2 AND dropped_us = 0;

-- name: DropHeld :exec
UPDATE question_held SET dropped_us = $1 WHERE ambito = $2 AND id = $3 AND dropped_us = 0;

-- name: DropHeldFrom :exec
UPDATE question_held SET dropped_us = $1 WHERE ambito = $2 AND source = $3 AND dropped_us = 0;

-- name: DeleteHeld :execrows
DELETE FROM question_held WHERE ambito = $1 AND id = $2;

-- name: DeleteDroppedBefore :exec
DELETE FROM question_held WHERE ambito = $1 AND dropped_us > 0 AND dropped_us < $2;

-- name: AssistedDrafts :many
SELECT * FROM draft WHERE ambito = $1 AND operator <> '' AND expires_us > $2 ORDER BY updated_us DESC LIMIT 50;
