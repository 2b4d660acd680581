package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"concerto/examples"
	"concerto/internal/app"
	"concerto/internal/clock"
	"concerto/internal/demo"
	"concerto/internal/web"
)

type demoCommand struct {
	location
	Listen string `help:"Address to listen on." default:"localhost:8080"`
	At     string `help:"Where the clock stands at the beginning, local time." default:"2013-10-17T16:40"`
	Empty  bool   `help:"Load the definition alone, without bodies and adhesions."`
}

func (c demoCommand) Run(t *terminal) error {
	ctx, stop := interrupted()
	defer stop()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	start, err := time.ParseInLocation("2006-01-02T15:04", c.At, rome)
	if err != nil {
		return fmt.Errorf("--at %q: write it as 2013-10-22T15:04", c.At)
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	sim := clock.NewSimulated(time.Now, start)
	base := &url.URL{Scheme: "http", Host: hostOf(l)}
	place := c.or("concerto-demo")
	in, err := place.open(ctx, sim.Now, base, t.log, true)
	if err != nil {
		return err
	}
	defer in.close()
	in.app.Wall = time.Now
	d, err := demo.New(demo.Config{App: in.app, Store: in.store, Clock: sim, Real: time.Now, Files: examples.Files, Dir: "lecce-2013",
		Start: start, Empty: c.Empty, NewKey: func() (app.LogKey, error) { return demoKey(in) }, Log: t.log})
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, "Enacting the calendar of Lecce 2013 up to", start.Format("2 January 2006, 15:04"), "…")
	if err := d.Open(ctx); err != nil {
		return err
	}
	go d.Run(ctx)
	control := &demoControl{d: d, app: in.app}
	site, err := web.New(web.Config{App: in.app, Now: sim.Now, BaseURL: base, AnyHost: true, Log: t.log, Rand: rand.Reader,
		Demo: control.bar, DemoControl: control, DemoRoles: control, Disk: place.watchDisk(ctx, t.log)})
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The demo is ready: open %s (stop it with Ctrl+C)\n", base)
	return serveSite(ctx, site, l, t.log)
}

// hostOf is how a browser on this machine reaches the listener.
func hostOf(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// demoKey makes a key for a new log: a demo that begins again has another log, so
// that nothing it signed before contradicts it.
func demoKey(in *instance) (app.LogKey, error) {
	b := make([]byte, 4)
	if _, err := rand.Read(b); err != nil {
		return app.LogKey{}, err
	}
	return in.newKey("demo-" + hex.EncodeToString(b) + ".concerto.example/lecce/registro")
}

// demoControl shows the demo to the site.
type demoControl struct {
	d   *demo.Demo
	app *app.App
}

// shownEvents is how many moments the bar offers.
const shownEvents = 16

func (c *demoControl) bar(ctx context.Context) *web.DemoBar {
	p := c.d.Progress()
	bar := &web.DemoBar{Now: p.Now.In(c.d.Definition().Zone), Enacting: p.Enacting}
	for _, u := range c.d.Upcoming(c.app.Words.For(web.Language(ctx))) {
		if len(bar.Next) == shownEvents {
			break
		}
		bar.Next = append(bar.Next, web.DemoEvent{At: u.At, Label: u.Label, Token: u.At.Format(time.RFC3339Nano)})
	}
	var parts []string
	for _, e := range bar.Next {
		parts = append(parts, e.Token)
	}
	if n, err := c.app.CountMails(ctx, c.d.Definition().Ambito.ID); err == nil {
		bar.Mails = n
	}
	bar.Version = fmt.Sprintf("%d %s %v %d %s", p.Round, bar.Now.Format("2006-01-02T15:04"), bar.Enacting, bar.Mails, strings.Join(parts, ","))
	return bar
}

func (c *demoControl) Move(ctx context.Context, to time.Time) error { return c.d.Move(ctx, to) }
func (c *demoControl) Restart(ctx context.Context) error            { return c.d.Begin(ctx) }

// Roles lists whom a visitor can be. There is one for each role, so its name is enough.
func (c *demoControl) Roles() []web.DemoRole {
	var out []web.DemoRole
	for _, x := range c.d.Characters() {
		out = append(out, web.DemoRole{Token: string(x.Role), Name: x.Name, Body: x.Body, Role: x.Role})
	}
	return out
}

func (c *demoControl) Enter(ctx context.Context, token string) (app.Session, error) {
	return c.d.Enter(ctx, app.Role(token))
}

func (c *demoControl) Progress(context.Context) web.DemoProgress {
	p := c.d.Progress()
	return web.DemoProgress{Enacting: p.Enacting, Done: p.Done, Total: p.Total, Now: p.Now, Target: p.Target}
}
