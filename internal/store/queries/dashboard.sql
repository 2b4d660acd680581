-- What the dashboard of the office needs beyond the inbox: it shows all of a process.

-- name: DashboardFirstArrivals :many
-- When the sheets that were corrected arrived for the first time.
SELECT v.code, v.received_us FROM adhesion_version v JOIN adhesion a ON a.ambito = v.ambito AND a.code = v.code
WHERE a.ambito = $1 AND a.process = $2 AND a.version > 1 AND v.version = 1 ORDER BY v.code;

-- name: DashboardDecisions :many
-- Decisions on the sheets, the latest of each last, with the act of the newest version.
SELECT m.code, m.verdict, m.act, m.due_us, a.number, a.state, v.act AS version_act FROM admission m
JOIN adhesion a ON a.ambito = m.ambito AND a.code = m.code
JOIN adhesion_version v ON v.ambito = a.ambito AND v.code = a.code AND v.version = a.version
WHERE a.ambito = $1 AND a.process = $2 ORDER BY m.act;

-- name: DashboardQuestions :many
-- Questions that nobody has answered, the oldest first.
SELECT question.received_us, COALESCE(a.person, '') AS assigned FROM question
LEFT JOIN question_assignment a ON a.ambito = question.ambito AND a.question = question.id
WHERE question.ambito = $1 AND question.answered_us = 0 ORDER BY question.received_us, question.id;

-- name: DashboardUndelivered :many
-- Messages about sheets that were tried and have not left.
SELECT a.code, a.number, o.due_us FROM outbox o JOIN adhesion a ON a.ambito = o.ambito AND a.code = o.matter
WHERE o.ambito = $1 AND a.process = $2 AND o.sent_us = 0 AND o.problem <> '' ORDER BY a.seq, o.key;
