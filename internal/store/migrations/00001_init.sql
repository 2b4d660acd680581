-- +goose Up

-- The register: one log per Ambito. These four tables are written by the store alone.
CREATE TABLE log (
  ambito  TEXT PRIMARY KEY,
  origin  TEXT NOT NULL,
  key     TEXT NOT NULL,             -- verifier key of the checkpoints
  size    BIGINT NOT NULL,
  root    BYTEA NOT NULL,
  last_us BIGINT NOT NULL            -- registration instant of the last act: never decreases
);
CREATE TABLE act (
  ambito        TEXT NOT NULL REFERENCES log (ambito),
  n             BIGINT NOT NULL,
  kind          TEXT NOT NULL,
  matter        TEXT NOT NULL,
  process       TEXT NOT NULL,
  via           TEXT NOT NULL,
  received_us   BIGINT NOT NULL,
  registered_us BIGINT NOT NULL,
  source_us     BIGINT NOT NULL,     -- 0: the channel attests no instant of its own
  definition    BYTEA NOT NULL,
  prev          BIGINT NOT NULL,     -- previous act on the same matter, -1 for the first
  leaf          BYTEA NOT NULL,
  body          TEXT,                -- canonical JSON; NULL once erased, with its salt
  body_salt     BYTEA,
  files         TEXT,
  files_salt    BYTEA,
  author        TEXT,
  author_salt   BYTEA,
  PRIMARY KEY (ambito, n)
);
CREATE INDEX act_matter ON act (ambito, matter, n);
CREATE TABLE hash (
  ambito TEXT NOT NULL REFERENCES log (ambito),
  idx    BIGINT NOT NULL,
  hash   BYTEA NOT NULL,
  PRIMARY KEY (ambito, idx)
);
CREATE TABLE checkpoint (
  ambito TEXT NOT NULL REFERENCES log (ambito),
  size   BIGINT NOT NULL,
  note   BYTEA NOT NULL,
  PRIMARY KEY (ambito, size)
);

-- What the acts say, as rows. Written only by the function that also replays the register.
CREATE TABLE ambito (
  id   TEXT PRIMARY KEY REFERENCES log (ambito),
  name TEXT NOT NULL
);
CREATE TABLE definition (
  ambito       TEXT NOT NULL REFERENCES log (ambito),
  hash         TEXT NOT NULL,        -- hexadecimal SHA-256
  process      TEXT NOT NULL,
  version      BIGINT NOT NULL,
  resolved     TEXT NOT NULL,        -- canonical JSON
  source       TEXT NOT NULL,        -- the file's own text
  act          BIGINT NOT NULL,
  published_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, hash),
  UNIQUE (ambito, process, version)
);
CREATE TABLE process (
  ambito       TEXT NOT NULL REFERENCES log (ambito),
  slug         TEXT NOT NULL,
  title        TEXT NOT NULL,
  definition   TEXT NOT NULL,
  published_us BIGINT NOT NULL,
  last_act     BIGINT NOT NULL,
  PRIMARY KEY (ambito, slug),
  FOREIGN KEY (ambito, definition) REFERENCES definition (ambito, hash)
);
CREATE TABLE party (
  ambito         TEXT NOT NULL REFERENCES log (ambito),
  id             TEXT NOT NULL,
  nature         TEXT NOT NULL,
  category       TEXT NOT NULL,
  name           TEXT NOT NULL,
  sort_key       TEXT NOT NULL,
  tax_code       TEXT NOT NULL,
  constituted_on TEXT NOT NULL,      -- YYYY-MM-DD or empty: not declared
  PRIMARY KEY (ambito, id)
);
-- A body has one tax code; some have none, and paper may leave it out.
CREATE UNIQUE INDEX party_tax_code ON party (ambito, tax_code) WHERE tax_code <> '';
CREATE TABLE person (
  ambito TEXT NOT NULL REFERENCES log (ambito),
  id     TEXT NOT NULL,
  name   TEXT NOT NULL,
  email  TEXT NOT NULL,
  phone  TEXT NOT NULL,
  PRIMARY KEY (ambito, id)
);
CREATE INDEX person_email ON person (ambito, email);
-- For whom a person acts, and as what. A row is made by a sheet, or by an invitation that is a matter of its own.
CREATE TABLE mandate (
  ambito    TEXT NOT NULL REFERENCES log (ambito),
  id        TEXT NOT NULL,           -- the matter in the register: an adhesion, or the invitation
  person    TEXT NOT NULL,
  party     TEXT NOT NULL,
  role      TEXT NOT NULL,           -- legalRepresentative, delegate, contact
  from_us   BIGINT NOT NULL,         -- 0: invited and not yet accepted, or waits for the office
  to_us     BIGINT NOT NULL,         -- 0: no end is known
  starts_us BIGINT NOT NULL,         -- from when, as the invitation has it; 0: from acceptance
  until_us  BIGINT NOT NULL,         -- until when an invitation can be accepted; 0: it was, or needs no acceptance
  act       BIGINT NOT NULL,         -- latest act
  PRIMARY KEY (ambito, id, person, party, role),
  FOREIGN KEY (ambito, person) REFERENCES person (ambito, id),
  FOREIGN KEY (ambito, party) REFERENCES party (ambito, id)
);
CREATE INDEX mandate_person ON mandate (ambito, person);
CREATE INDEX mandate_party ON mandate (ambito, party);
CREATE TABLE adhesion (
  ambito        TEXT NOT NULL,
  code          TEXT NOT NULL,       -- the matter in the register
  process       TEXT NOT NULL,
  form          TEXT NOT NULL,
  seq           BIGINT NOT NULL,     -- number within the process
  number        TEXT NOT NULL,       -- PDZ-2013-0041
  version       BIGINT NOT NULL,
  party         TEXT NOT NULL,
  person        TEXT NOT NULL,
  channel       TEXT NOT NULL,
  category      TEXT NOT NULL,
  party_name    TEXT NOT NULL,
  tax_code      TEXT NOT NULL,
  email         TEXT NOT NULL,
  confirmed     BOOLEAN NOT NULL,
  state         TEXT NOT NULL,       -- active, late, duplicate, superseded, withdrawn; since version 2 also waiting, notAdmitted
  replaced_by   TEXT NOT NULL,       -- code of the adhesion that took its place, or empty
  idem          TEXT NOT NULL,       -- idempotency key of the first version
  received_us   BIGINT NOT NULL,     -- the instant judged, of the latest version
  act           BIGINT NOT NULL,     -- latest act
  PRIMARY KEY (ambito, code),
  UNIQUE (ambito, process, seq),
  UNIQUE (ambito, process, idem),
  FOREIGN KEY (ambito, process) REFERENCES process (ambito, slug),
  FOREIGN KEY (ambito, party) REFERENCES party (ambito, id),
  FOREIGN KEY (ambito, person) REFERENCES person (ambito, id)
);
CREATE INDEX adhesion_party ON adhesion (ambito, party);
CREATE INDEX adhesion_email ON adhesion (ambito, email);
-- One adhesion in force for each party: the database keeps it, not the code (P5).
CREATE UNIQUE INDEX adhesion_in_force ON adhesion (ambito, process, tax_code) WHERE state = 'active' AND tax_code <> '';
CREATE TABLE adhesion_version (
  ambito      TEXT NOT NULL,
  code        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  act         BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  answers     TEXT NOT NULL,         -- canonical JSON, empty object for a withdrawal
  reason      TEXT NOT NULL,
  idem        TEXT NOT NULL,
  received_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, code, version),
  UNIQUE (ambito, idem),
  FOREIGN KEY (ambito, code) REFERENCES adhesion (ambito, code)
);
CREATE TABLE adhesion_table (
  ambito   TEXT NOT NULL,
  code     TEXT NOT NULL,
  table_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (ambito, code, table_id),
  FOREIGN KEY (ambito, code) REFERENCES adhesion (ambito, code)
);
CREATE TABLE attachment (
  ambito  TEXT NOT NULL,
  code    TEXT NOT NULL,
  version BIGINT NOT NULL,
  slot    TEXT NOT NULL,
  name    TEXT NOT NULL,
  type    TEXT NOT NULL,
  size    BIGINT NOT NULL,
  sha256  TEXT NOT NULL,
  PRIMARY KEY (ambito, code, version, slot),
  FOREIGN KEY (ambito, code, version) REFERENCES adhesion_version (ambito, code, version)
);
CREATE TABLE verdict (
  ambito     TEXT NOT NULL,
  act        BIGINT NOT NULL,        -- the act by which it was judged: the arrival, or an amendment after it
  judged     BIGINT NOT NULL,        -- the act that is judged: the arrival
  rule       TEXT NOT NULL,          -- id of the window or of the rule
  matter     TEXT NOT NULL,
  definition TEXT NOT NULL,          -- version applied; an arrival may be judged by two, and the better one counts
  at_us      BIGINT NOT NULL,
  result     TEXT NOT NULL,
  closes_us  BIGINT NOT NULL,        -- 0: not a window, or no known closing
  counts     BOOLEAN NOT NULL,       -- of the verdicts on one arrival and rule, the latest that counts holds
  trace      TEXT NOT NULL,          -- JSON: conditions, values found, reason
  PRIMARY KEY (ambito, act, judged, rule, definition),
  FOREIGN KEY (ambito, act) REFERENCES act (ambito, n),
  FOREIGN KEY (ambito, definition) REFERENCES definition (ambito, hash)
);

-- Bytes of attachments, by their hash. An act commits to them.
CREATE TABLE blob (
  ambito TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size   BIGINT NOT NULL,
  bytes  BYTEA NOT NULL,
  PRIMARY KEY (ambito, sha256)
);

-- Work in progress: no act yet, or no act at all. The audit does not look here.
CREATE TABLE draft (
  ambito     TEXT NOT NULL,
  id         TEXT NOT NULL,          -- half of the link; the secret half is made from the instance's own
  process    TEXT NOT NULL,
  form       TEXT NOT NULL,
  step       BIGINT NOT NULL,
  answers    TEXT NOT NULL,
  files      TEXT NOT NULL,
  corrects   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  channel    TEXT NOT NULL,          -- of an assisted entry: by telephone, at the desk; empty for the web
  operator   TEXT NOT NULL,          -- person of the desk who fills it in for somebody; empty for the web
  updated_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  PRIMARY KEY (ambito, id)
);
CREATE TABLE outbox (
  key        TEXT PRIMARY KEY,       -- a message is sent once for each key
  ambito     TEXT NOT NULL,
  kind       TEXT NOT NULL,
  matter     TEXT NOT NULL,
  act        BIGINT NOT NULL,
  recipient  TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  due_us     BIGINT NOT NULL,
  sent_us    BIGINT NOT NULL,        -- 0: not yet
  attempts   BIGINT NOT NULL,
  problem    TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (sent_us, due_us);
CREATE TABLE feedback (
  id        TEXT PRIMARY KEY,
  ambito    TEXT NOT NULL,
  page      TEXT NOT NULL,
  rate      BIGINT NOT NULL,
  answer    TEXT NOT NULL,
  words     TEXT NOT NULL,
  given_us  BIGINT NOT NULL
);
CREATE TABLE demo_clock (
  id      BIGINT PRIMARY KEY,
  at_us   BIGINT NOT NULL,           -- simulated instant …
  real_us BIGINT NOT NULL,           -- … shown at this real instant
  target_us BIGINT NOT NULL          -- where the visitor wants it, while acts are still being enacted
);
