-- +goose Up
-- What is asked for every act, or for every page of somebody who signed in, is found by an index whatever the Ambito
-- holds (plan_test.go). SQLite takes the one that also orders, so person_email ends with the order wanted.
DROP INDEX person_email;
CREATE INDEX person_email ON person (ambito, email, id);
CREATE INDEX adhesion_person ON adhesion (ambito, person);
CREATE INDEX act_kind ON act (ambito, kind, n);
DROP INDEX adhesion_party;
CREATE INDEX adhesion_party ON adhesion (ambito, party, process, seq);
-- What was judged of a sheet: an export takes them page by page.
CREATE INDEX verdict_matter ON verdict (ambito, matter);
