package web

import (
	"cmp"
	"context"
	"net/http"
	"strings"
)

// Languages of the pages. Italian has the bare addresses; the text of a
// definition stays Italian whatever the language of the page, and prevails.
const (
	italian = "it"
	english = "en"
)

// languageOf returns the language the request was addressed in.
func languageOf(ctx context.Context) string { return cmp.Or(notedIn(ctx).lang, italian) }

// Language returns the language of the page that is being written, for who fills in the
// bar of the demo.
func Language(ctx context.Context) string { return languageOf(ctx) }

// withLanguage takes the prefix /en off the address and keeps it as the
// language, so that the table holds each address once.
func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, ok := strings.CutPrefix(r.URL.Path, "/"+english)
		if !ok || rest != "" && rest[0] != '/' {
			next.ServeHTTP(w, r)
			return
		}
		if rest == "" {
			rest = "/"
		}
		note(r).lang = english
		u := *r.URL
		u.Path, u.RawPath = rest, ""
		r2 := *r
		r2.URL = &u
		next.ServeHTTP(w, &r2)
	})
}

// prefix returns what stands before the address in a language.
func prefix(lang string) string {
	if lang == italian {
		return ""
	}
	return "/" + lang
}
