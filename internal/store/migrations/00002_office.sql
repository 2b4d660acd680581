-- +goose Up

-- What a person may do in an Ambito beyond acting for a body: one row for each appointment.
CREATE TABLE appointment (
  ambito  TEXT NOT NULL REFERENCES log (ambito),
  id      TEXT NOT NULL,             -- the matter in the register
  person  TEXT NOT NULL,
  role    TEXT NOT NULL,
  from_us BIGINT NOT NULL,
  to_us   BIGINT NOT NULL,           -- 0: still in force
  act     BIGINT NOT NULL,           -- latest act
  PRIMARY KEY (ambito, id),
  FOREIGN KEY (ambito, person) REFERENCES person (ambito, id)
);
CREATE INDEX appointment_person ON appointment (ambito, person);

-- A decision of the office on an adhesion; the latest one counts, all are kept.
CREATE TABLE admission (
  ambito     TEXT NOT NULL,
  code       TEXT NOT NULL,
  act        BIGINT NOT NULL,
  verdict    TEXT NOT NULL,          -- admitted, withReserve, toComplete, notAdmitted; distinct: no duplicate of the other
  reason     TEXT NOT NULL,
  asked      TEXT NOT NULL,          -- what is to be completed, when toComplete or withReserve
  due_us     BIGINT NOT NULL,        -- term for completing; 0: none
  officer    TEXT NOT NULL,          -- person
  other      TEXT NOT NULL,          -- code of the sheet it was held against as a duplicate, or empty
  state      TEXT NOT NULL,          -- where the decision left the sheet
  decided_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, code, act),
  FOREIGN KEY (ambito, code) REFERENCES adhesion (ambito, code)
);

-- How a sheet that did not come by the web was taken in.
CREATE TABLE intake (
  ambito      TEXT NOT NULL,
  code        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  officer     TEXT NOT NULL,         -- person who keyed it in
  arrived_us  BIGINT NOT NULL,       -- by the channel's own clock
  recorded_us BIGINT NOT NULL,
  sender_us   BIGINT NOT NULL,       -- printed by the sender, information only; 0: not known
  missing     TEXT NOT NULL,         -- what the sheet left out, as JSON: ids of the form in its order
  waits       BOOLEAN NOT NULL,      -- a second officer must confirm the claimed instant
  second      TEXT NOT NULL,         -- person who did, or empty
  act         BIGINT NOT NULL,       -- latest act
  note        TEXT NOT NULL,
  PRIMARY KEY (ambito, code, version),
  FOREIGN KEY (ambito, code, version) REFERENCES adhesion_version (ambito, code, version)
);

-- A list of admitted and not admitted, frozen under the number and date of an act.
CREATE TABLE published_list (
  ambito       TEXT NOT NULL REFERENCES log (ambito),
  id           TEXT NOT NULL,        -- the matter in the register
  process      TEXT NOT NULL,
  title        TEXT NOT NULL,
  act_number   TEXT NOT NULL,
  act_date     TEXT NOT NULL,        -- YYYY-MM-DD
  entries      TEXT NOT NULL,        -- JSON, as published
  act          BIGINT NOT NULL,
  published_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, id)
);

-- An amendment of a published definition: old and new value stay side by side.
CREATE TABLE amendment (
  ambito       TEXT NOT NULL REFERENCES log (ambito),
  process      TEXT NOT NULL,
  version      BIGINT NOT NULL,      -- the version it makes
  position     BIGINT NOT NULL,
  path         TEXT NOT NULL,        -- windows/iscrizione/closes
  old          TEXT NOT NULL,        -- canonical JSON; empty: there was nothing
  new          TEXT NOT NULL,        -- canonical JSON; empty: taken away
  why          TEXT NOT NULL,
  kind         TEXT NOT NULL,        -- extension, postponement, correction …
  organ        TEXT NOT NULL,        -- who took the act, as printed
  act_kind     TEXT NOT NULL,
  act_number   TEXT NOT NULL,
  act_date     TEXT NOT NULL,
  reason       TEXT NOT NULL,
  definition   TEXT NOT NULL,        -- hash of the version it makes
  act          BIGINT NOT NULL,
  published_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, process, version, position),
  FOREIGN KEY (ambito, definition) REFERENCES definition (ambito, hash)
);

-- The information desk (R70-R72).
CREATE TABLE question (
  ambito      TEXT NOT NULL REFERENCES log (ambito),
  id          TEXT NOT NULL,         -- the matter in the register
  process     TEXT NOT NULL,
  seq         BIGINT NOT NULL,
  channel     TEXT NOT NULL,         -- telefono, sportello, e-mail, sito
  name        TEXT NOT NULL,
  contact     TEXT NOT NULL,         -- where the answer goes; may be empty at the counter
  words       TEXT NOT NULL,
  idem        TEXT NOT NULL,         -- idempotency key
  taken_by    TEXT NOT NULL,         -- person of the desk who wrote it down; empty for the web
  received_us BIGINT NOT NULL,       -- when it came, by whatever channel
  answer      TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_us BIGINT NOT NULL,       -- 0: not yet
  act         BIGINT NOT NULL,       -- latest act
  PRIMARY KEY (ambito, id),
  UNIQUE (ambito, process, seq),
  UNIQUE (ambito, idem)
);
-- What everybody may read: a matter of its own, so that it stands when the question behind it is erased.
CREATE TABLE faq (
  ambito       TEXT NOT NULL REFERENCES log (ambito),
  id           TEXT NOT NULL,        -- the matter in the register
  process      TEXT NOT NULL,
  seq          BIGINT NOT NULL,
  question     TEXT NOT NULL,        -- id of the question it came from; empty: the office's own
  words        TEXT NOT NULL,
  answer       TEXT NOT NULL,
  published_us BIGINT NOT NULL,      -- of the latest text
  withdrawn_us BIGINT NOT NULL,      -- 0: it can be read
  act          BIGINT NOT NULL,      -- latest act
  PRIMARY KEY (ambito, id),
  UNIQUE (ambito, process, seq)
);
CREATE UNIQUE INDEX faq_question ON faq (ambito, question) WHERE question <> '';

-- Two bodies found to be one. The one that goes keeps its rows and points to the other.
CREATE TABLE party_merge (
  ambito TEXT NOT NULL,
  gone   TEXT NOT NULL,
  kept   TEXT NOT NULL,
  reason TEXT NOT NULL,
  act    BIGINT NOT NULL,
  PRIMARY KEY (ambito, gone),
  FOREIGN KEY (ambito, gone) REFERENCES party (ambito, id),
  FOREIGN KEY (ambito, kept) REFERENCES party (ambito, id)
);

-- A matter whose personal data were erased: what law or duty allowed it, and what stays.
CREATE TABLE erasure (
  ambito    TEXT NOT NULL REFERENCES log (ambito),
  matter    TEXT NOT NULL,
  reason    TEXT NOT NULL,
  act       BIGINT NOT NULL,
  erased_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, matter)
);

-- Work: none of these is an act.
-- Who asks to have a matter erased; it goes with the erasure, and stays with its answer when there is none.
CREATE TABLE erasure_request (
  ambito      TEXT NOT NULL,
  matter      TEXT NOT NULL,
  email       TEXT NOT NULL,         -- where the answer goes
  words       TEXT NOT NULL,
  asked_us    BIGINT NOT NULL,
  answer      TEXT NOT NULL,         -- why not
  answered_us BIGINT NOT NULL,       -- 0: waits
  PRIMARY KEY (ambito, matter)
);
-- Who is to answer a question.
CREATE TABLE question_assignment (
  ambito   TEXT NOT NULL,
  question TEXT NOT NULL,
  person   TEXT NOT NULL,
  since_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, question)
);
-- A question from the web that looks like a program's: with the instant it came, until somebody has looked (P18).
CREATE TABLE question_held (
  ambito      TEXT NOT NULL,
  id          TEXT NOT NULL,         -- the matter it will have in the register
  process     TEXT NOT NULL,
  name        TEXT NOT NULL,
  contact     TEXT NOT NULL,
  words       TEXT NOT NULL,
  idem        TEXT NOT NULL,
  why         TEXT NOT NULL,         -- trap, quick, stamp, many
  source      TEXT NOT NULL,         -- the network it came from, as a hash that only the instance can make
  received_us BIGINT NOT NULL,
  dropped_us  BIGINT NOT NULL,       -- 0: waits
  PRIMARY KEY (ambito, id),
  UNIQUE (ambito, idem)
);
CREATE INDEX question_held_source ON question_held (ambito, source);
CREATE TABLE login_link (
  hash       TEXT PRIMARY KEY,       -- of the secret in the mail
  email      TEXT NOT NULL,
  browser    TEXT NOT NULL,          -- hash of the cookie of the browser that asked
  back       TEXT NOT NULL,          -- path to go on to
  expires_us BIGINT NOT NULL,
  used_us    BIGINT NOT NULL
);
CREATE TABLE session (
  hash       TEXT PRIMARY KEY,       -- of the secret in the cookie
  email      TEXT NOT NULL,
  started_us BIGINT NOT NULL,
  seen_us    BIGINT NOT NULL
);
CREATE TABLE operator (
  email TEXT PRIMARY KEY
);
-- Who read personal data, and why (P27). Not in the public register.
CREATE TABLE access_log (
  id      TEXT PRIMARY KEY,
  ambito  TEXT NOT NULL,
  person  TEXT NOT NULL,
  role    TEXT NOT NULL,
  what    TEXT NOT NULL,             -- route and matter
  why     TEXT NOT NULL,
  read_us BIGINT NOT NULL
);
CREATE INDEX access_log_when ON access_log (ambito, read_us);
