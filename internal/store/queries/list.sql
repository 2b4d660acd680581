-- name: InsertList :exec
INSERT INTO published_list (ambito, id, process, title, act_number, act_date, entries, act, published_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: PublishedList :one
SELECT * FROM published_list WHERE ambito = $1 AND process = $2 AND id = $3;

-- name: PublishedLists :many
SELECT * FROM published_list WHERE ambito = $1 AND process = $2 ORDER BY act DESC;
