package floor

import (
	"flag"
	"net/http"
	"os"
	"strconv"
)

// static is the floor of the pages: the compressed bytes of one page, read once, sent by
// net/http to whoever asks for anything, with the headers that let a browser keep it and
// a 304 for who has it. No routing, no version to look at, no log, no other header.
func static(flags *flag.FlagSet) func(string) error {
	file := flags.String("file", "", "compressed page")
	etag := flags.String("etag", "", "its entity tag")
	return func(listen string) error {
		body, err := os.ReadFile(*file)
		if err != nil {
			return err
		}
		length := strconv.Itoa(len(body))
		return http.ListenAndServe(listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", "no-cache")
			h.Set("Etag", *etag)
			h.Set("Vary", "Accept-Encoding")
			if r.Header.Get("If-None-Match") == *etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", length)
			_, _ = w.Write(body) // fails only when the client went away
		}))
	}
}
