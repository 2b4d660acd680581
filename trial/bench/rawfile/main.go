//go:build rawfile

// Command rawfile is the floor of the rush: the web layer of Concerto before a plain file.
// overlay/rawfile.go says what it does and what it leaves out.
//
// It is built with that file laid into internal/web, so the shipped program knows nothing
// of it:
//
//	go build -tags rawfile -overlay OVERLAY ./trial/bench/rawfile
//
// Drafts are kept as in the shipped program, but in a database in memory without flushes:
// they are made before a slot begins, and read in it.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/i18n"
	"concerto/internal/register"
	"concerto/internal/store"
	"concerto/internal/web"
)

func main() {
	listen := flag.String("listen", "", "address to listen on")
	address := flag.String("base", "", "address of the site")
	notice := flag.String("process", "", "definition to serve")
	memory := flag.String("memory", "", "folder in memory for the drafts")
	file := flag.String("file", "", "file on the disk for the acts")
	flag.Parse()
	if err := run(*listen, *address, *notice, *memory, *file); err != nil {
		fmt.Fprintln(os.Stderr, "rawfile:", err)
		os.Exit(1)
	}
}

func run(listen, address, notice, memory, file string) error {
	base, err := url.Parse(address)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil)) // as concerto serve
	a, err := openApp(base, notice, filepath.Join(memory, "drafts.db"), log)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	site, err := web.NewRawFile(web.Config{App: a, Now: time.Now, BaseURL: base, Log: log, Rand: rand.Reader, ProxyHeader: "X-Forwarded-For"},
		newGroup(f).append)
	if err != nil {
		return err
	}
	err = site.Server(listen).ListenAndServe()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// openApp publishes the notice in a database that nobody will need again.
func openApp(base *url.URL, notice, database string, log *slog.Logger) (*app.App, error) {
	ctx := context.Background()
	src, err := os.ReadFile(notice)
	if err != nil {
		return nil, err
	}
	d, found := definition.Load(notice, src)
	if d == nil || !found.Publishable() {
		return nil, fmt.Errorf("%s cannot be published: %v", notice, found)
	}
	const origin = "floor/registro"
	secret, public, err := register.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{Database: database, Now: time.Now, Rand: rand.Reader, Log: log, Scratch: true,
		Signer: func(string) (note.Signer, error) { return signer, nil }})
	if err != nil {
		return nil, err
	}
	words, err := i18n.New()
	if err != nil {
		return nil, err
	}
	a := &app.App{Store: s, Now: time.Now, Rand: rand.Reader, Secret: []byte("of nobody"), BaseURL: base, Words: words}
	return a, a.Publish(ctx, app.Actor{Role: app.System}, d, app.LogKey{Origin: origin, Verifier: public}, time.Now())
}
