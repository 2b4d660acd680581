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
  verdict    TEXT NOT NULL,          -- admitted, withReserve, toComplete, notAdmitted
  reason     TEXT NOT NULL,
  asked      TEXT NOT NULL,          -- what is to be completed, when toComplete or withReserve
  due_us     BIGINT NOT NULL,        -- term for completing; 0: none
  officer    TEXT NOT NULL,          -- person
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
  old          TEXT NOT NULL,
  new          TEXT NOT NULL,
  why          TEXT NOT NULL,
  kind         TEXT NOT NULL,        -- extension, postponement, correction …
  act_number   TEXT NOT NULL,
  act_date     TEXT NOT NULL,
  act          BIGINT NOT NULL,
  published_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, process, version, position)
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
  received_us BIGINT NOT NULL,
  assigned    TEXT NOT NULL,         -- person, or empty
  answer      TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_us BIGINT NOT NULL,       -- 0: not yet
  faq_words   TEXT NOT NULL,         -- the same without personal data, once published
  faq_answer  TEXT NOT NULL,
  faq_us      BIGINT NOT NULL,       -- 0: not published
  act         BIGINT NOT NULL,
  PRIMARY KEY (ambito, id),
  UNIQUE (ambito, process, seq)
);

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
