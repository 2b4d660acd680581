// Package web serves Concerto to browsers.
//
// One table (routes.go) says for every address its method, pattern, rule and
// handler; a site whose table is incomplete does not start. A request passes
// the same few layers in the same order: headers, host, log, panic, language,
// dispatch, rule, body. The last one reads the body whole and fixes the instant
// of reception before anything can queue, because that instant is what binds.
//
// A page is a typed struct that embeds Layout, and a template of the same name
// in pages/. It is rendered to a buffer, so that an error never leaves half a
// page behind. Public pages are kept as compressed bytes under the version of
// what they show (cache.go); every other answer is no-store.
// All visible text goes through the message catalogue; the words of a
// definition are data and are shown as they are.
package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"concerto/internal/app"
	"concerto/internal/clock"
	"concerto/internal/i18n"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
)

// Config is what a site is made from. App, Now, BaseURL, Log and Rand are required.
type Config struct {
	App     *app.App
	Now     clock.Now
	BaseURL *url.URL // scheme and host under which the site is reached
	AnyHost bool     // answer whatever Host is asked for: the demo, a tunnel
	Log     *slog.Logger
	Rand    io.Reader // where the names of errors come from
	Links   Links
	// Demo tells the state of the simulated clock; nil outside the demo.
	Demo func(context.Context) *DemoBar
	// DemoControl moves that clock; nil outside the demo.
	DemoControl DemoControl
	// DemoRoles lets visitors of the demo be somebody; nil outside the demo.
	DemoRoles DemoRoles
	// Identify returns every capacity that the signed-in address has in the Ambito
	// of the request, the first being the most powerful; none for who did not sign
	// in. Nil, as it is outside tests: the session cookie tells (identity.go).
	Identify func(*http.Request) []app.Actor
	// PostRate is how often one address prefix may post; zero is the default,
	// rate.Inf is no limit.
	PostRate rate.Limit
	// ProxyHeader names the header in which a trusted proxy puts the address of
	// the client; empty when the site is reached directly.
	ProxyHeader string
	// Disk says how much room is left where the instance keeps its data; nil when
	// nobody asks. Under DiskReserve bytes the instance is not ready.
	Disk        func() (Disk, error)
	DiskReserve uint64
}

// Links are addresses outside the site that the law wants in the footer. An
// empty one is shown as the site's own page on the matter.
type Links struct {
	Accessibility string // declaration on form.agid.gov.it
	Transparency  string // "Amministrazione trasparente" of the lead body
	Region        string
}

// Site answers requests. It is safe for concurrent use once made.
type Site struct {
	Config
	catalogue    *i18n.Catalogue
	templates    templates
	assets       assetIndex
	muxes        muxes
	cache        *pageCache
	limits       *limiter
	questionRate *limiter // of questions to the desk
	meter        *meter
	asking       singleflight.Group // how the parts of the instance are
	handler      http.Handler
}

// New makes a site, or says what is missing for it to start.
func New(c Config) (*Site, error) {
	s := &Site{Config: c, cache: newPageCache(), meter: newMeter(c.Log)}
	if s.Identify == nil {
		s.Identify = s.identify
	}
	var err error
	if s.catalogue = c.App.Words; s.catalogue == nil {
		return nil, errors.New("the use cases have no catalogue of messages")
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.templates, err = newTemplates(s.assets); err != nil {
		return nil, err
	}
	if s.muxes, err = buildMuxes(s, Routes()); err != nil {
		return nil, err
	}
	s.limits = newLimiter(c.PostRate)
	s.questionRate = newQuestionLimiter()
	s.handler = s.middleware(http.HandlerFunc(s.dispatch))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Server returns an HTTP server for the site, with limits that a slow or hostile
// client cannot stretch (P25) and that leave an attachment time on a poor line.
func (s *Site) Server(addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           s,
		ConnContext:       withConn,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       2 * time.Minute,
		WriteTimeout:      3 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
}
