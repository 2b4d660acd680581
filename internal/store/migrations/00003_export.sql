-- +goose Up
-- What was judged of a sheet, found without reading every verdict of the Ambito: an export takes them page by page.
CREATE INDEX verdict_matter ON verdict (ambito, matter);
