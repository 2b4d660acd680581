-- name: InsertErasure :exec
INSERT INTO erasure (ambito, matter, reason, act, erased_us) VALUES ($1, $2, $3, $4, $5);

-- name: Erasure :one
SELECT * FROM erasure WHERE ambito = $1 AND matter = $2;

-- name: Erasures :many
SELECT * FROM erasure WHERE ambito = $1 ORDER BY act DESC, matter;

-- name: ActsOfKind :many
SELECT * FROM act WHERE ambito = $1 AND kind = $2 ORDER BY n;

-- name: ActsNaming :many
-- What is still said, before an act, of the kinds that name bodies and people.
SELECT * FROM act WHERE ambito = $1 AND n < $2 AND kind IN ($3, $4, $5, $6) AND body IS NOT NULL ORDER BY n;

-- name: EraseActs :exec
-- Content and salts; the leaf stays, and what it commits to can never be tried again (register, section 3.5).
UPDATE act SET body = NULL, body_salt = NULL, files = NULL, files_salt = NULL, author = NULL, author_salt = NULL
WHERE ambito = $1 AND matter = $2 AND n < $3 AND kind <> 'cancellazione';

-- name: EraseAdhesion :exec
-- Number, instants, verdict and state stay; no person, no name.
UPDATE adhesion SET person = $1, party_name = '', tax_code = $2, email = '', act = $3 WHERE ambito = $4 AND code = $5;

-- name: EraseVersions :exec
UPDATE adhesion_version SET answers = '{}', reason = '' WHERE ambito = $1 AND code = $2;

-- name: EraseAttachments :exec
DELETE FROM attachment WHERE ambito = $1 AND code = $2;

-- name: EraseAdmissions :exec
UPDATE admission SET reason = '', asked = '' WHERE ambito = $1 AND code = $2;

-- name: EraseIntakes :exec
UPDATE intake SET note = '' WHERE ambito = $1 AND code = $2;

-- name: EraseQuestion :exec
UPDATE question SET name = '', contact = '', words = '', answer = '', act = $1 WHERE ambito = $2 AND id = $3;

-- name: DeletePerson :exec
DELETE FROM person WHERE ambito = $1 AND id = $2;

-- name: EraseMessages :exec
DELETE FROM outbox WHERE ambito = $1 AND matter = $2;

-- name: EraseMessagesTo :exec
DELETE FROM outbox WHERE ambito = $1 AND recipient = $2;

-- name: DraftsOfAmbito :many
SELECT * FROM draft WHERE ambito = $1 ORDER BY id;

-- name: CountAttachmentsOf :one
SELECT COUNT(*) FROM attachment WHERE ambito = $1 AND sha256 = $2;

-- name: DeleteBlob :exec
DELETE FROM blob WHERE ambito = $1 AND sha256 = $2;

-- name: EraseLoginLinks :exec
DELETE FROM login_link WHERE email = $1;

-- name: EraseSessions :exec
DELETE FROM session WHERE email = $1;

-- name: AskErasure :exec
INSERT INTO erasure_request (ambito, matter, email, words, asked_us, answer, answered_us) VALUES ($1, $2, $3, $4, $5, '', 0)
ON CONFLICT (ambito, matter) DO UPDATE SET email = excluded.email, words = excluded.words, asked_us = excluded.asked_us,
  answer = '', answered_us = 0;

-- name: ErasureRequests :many
SELECT * FROM erasure_request WHERE ambito = $1 ORDER BY asked_us, matter;

-- name: ErasureRequest :one
SELECT * FROM erasure_request WHERE ambito = $1 AND matter = $2;

-- name: AnswerErasure :exec
UPDATE erasure_request SET answer = $1, answered_us = $2 WHERE ambito = $3 AND matter = $4;

-- name: DeleteErasureRequest :exec
DELETE FROM erasure_request WHERE ambito = $1 AND matter = $2;

-- name: QuestionsOfProcess :many
SELECT * FROM question WHERE ambito = $1 AND process = $2 ORDER BY seq;

-- name: MessagesTo :many
SELECT * FROM outbox WHERE ambito = $1 AND recipient = $2 ORDER BY created_us, key;
