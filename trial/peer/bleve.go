package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"net/http"
	"os"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
)

// document is a line of the file: what the inbox of the office is searched by.
type document struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// perPage is how many results are asked for: a page of the inbox.
const perPage = 25

// index reads the documents into an index with bleve's own Italian analyzer, then
// answers GET /?q=WORDS with the codes of the best 25 and how many match all words.
func index(args []string) error {
	flags := flag.NewFlagSet("bleve", flag.ContinueOnError)
	dir := flags.String("dir", "", "folder of the index, which must not exist")
	listen := flags.String("listen", "", "address to listen on")
	if err := flags.Parse(args); err != nil {
		return err
	}
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = it.AnalyzerName
	x, err := bleve.New(*dir, m)
	if err != nil {
		return err
	}
	defer x.Close()
	if err := read(x, flags.Arg(0)); err != nil {
		return err
	}
	return http.ListenAndServe(*listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		words := bleve.NewMatchQuery(r.URL.Query().Get("q"))
		words.SetField("text")
		words.SetOperator(1) // all of them, as in the inbox
		found, err := x.SearchInContext(r.Context(), bleve.NewSearchRequestOptions(words, perPage, 0, false))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer := struct {
			Total uint64   `json:"total"`
			Codes []string `json:"codes"`
		}{Total: found.Total}
		for _, hit := range found.Hits {
			answer.Codes = append(answer.Codes, hit.ID)
		}
		json.NewEncoder(w).Encode(answer)
	}))
}

func read(x bleve.Index, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	batch := x.NewBatch()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var d document
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return err
		}
		if err := batch.Index(d.Code, d); err != nil {
			return err
		}
		if batch.Size() >= 1000 {
			if err := x.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return x.Batch(batch)
}
