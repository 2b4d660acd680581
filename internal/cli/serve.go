package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"concerto/internal/app"
	"concerto/internal/definition"
	"concerto/internal/jobs"
	"concerto/internal/mail"
	"concerto/internal/web"
)

type serveCommand struct {
	location
	Listen  string   `help:"Address to listen on." default:"localhost:8080"`
	BaseURL *url.URL `help:"Address under which people reach the site; links in messages begin with it." default:"http://localhost:8080"`
	Process []string `help:"Process definition to publish at start, if it is not published yet; repeat it for several processes and several Ambiti." type:"existingfile"`

	ProxyHeader string `help:"Header in which a trusted proxy puts the client's address; empty without a proxy."`
	watchFlags
	smtpFlags `embed:"" prefix:"smtp-"`
	Links     linkFlags `embed:"" prefix:"link-"`
}

type smtpFlags struct {
	Host     string `help:"Mail server; without one messages wait in the outbox."`
	Port     int    `help:"Port of the mail server." default:"587"`
	TLS      string `help:"none (loopback only), opportunistic, mandatory or implicit." default:"mandatory"`
	User     string `help:"User name."`
	Password string `help:"Password."`
	From     string `help:"Sender of messages. Default: the desk of the process."`
}

type linkFlags struct {
	Accessibility string `help:"Accessibility declaration on form.agid.gov.it."`
	Transparency  string `help:"«Amministrazione trasparente» of the lead body."`
	Region        string `help:"Site of the Region."`
}

func (c serveCommand) Run(t *terminal) error {
	ctx, stop := interrupted()
	defer stop()
	place := c.or("concerto-data")
	in, err := place.open(ctx, time.Now, c.BaseURL, t.log, false)
	if err != nil {
		return err
	}
	defer in.close()
	in.app.MailFrom = c.From
	for _, file := range c.Process {
		if err := c.publish(ctx, t, in, file); err != nil {
			return err
		}
	}
	site, err := web.New(web.Config{App: in.app, Now: time.Now, BaseURL: c.BaseURL, Log: t.log, Rand: rand.Reader,
		ProxyHeader: c.ProxyHeader, Links: web.Links(c.Links), Disk: place.watchDisk(ctx, t.log), DiskReserve: c.DiskReserve << 20})
	if err != nil {
		return err
	}
	if err := c.serveMetrics(ctx, in, site, t.log); err != nil {
		return err
	}
	if err := c.startJobs(ctx, t, in); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	if err := offerFirstAccess(ctx, t, in, c.BaseURL); err != nil {
		return err
	}
	t.log.Info("ready", "address", c.BaseURL.String(), "listen", l.Addr().String())
	return serveSite(ctx, site, l, t.log)
}

// offerFirstAccess prints, on an instance that nobody operates yet, the link with
// which whoever started it becomes its operator. It opens once and ends with this
// process; the log does not see it.
func offerFirstAccess(ctx context.Context, t *terminal, in *instance, base *url.URL) error {
	secret, err := in.app.OfferFirstAccess(ctx)
	if err != nil || secret == "" {
		return err
	}
	_, err = fmt.Fprintln(t.out, "First operator: open", base.JoinPath("primo-accesso", secret))
	return err
}

// publish makes a definition the law of its process, unless it is already.
func (c serveCommand) publish(ctx context.Context, t *terminal, in *instance, file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d, found := definition.Load(file, src)
	if d == nil || !found.Publishable() {
		for _, f := range found {
			fmt.Fprintln(t.err, f)
		}
		return fmt.Errorf("%s cannot be published", file)
	}
	if d.Process == nil {
		return fmt.Errorf("%s is no process", file)
	}
	if web.Reserved(d.Process.Ambito.ID) {
		return fmt.Errorf("%s: no Ambito may be called %q, which begins other addresses of the site", file, d.Process.Ambito.ID)
	}
	key, err := in.newKey(originOf(c.BaseURL, d.Process.Ambito.ID))
	if err != nil {
		return err
	}
	err = in.app.Publish(ctx, app.Actor{Role: app.System}, d, key, time.Now())
	if errors.Is(err, app.ErrExists) {
		t.log.Info("published already", "file", file)
		return nil
	}
	return err
}

// originOf names the log of an Ambito: it never changes, so an instance that moves
// to another address keeps it.
func originOf(base *url.URL, ambito string) string {
	return base.Hostname() + "/" + ambito + "/registro"
}

const (
	outboxPeriod = 2 * time.Second
	draftPeriod  = time.Hour
)

func (c serveCommand) startJobs(ctx context.Context, t *terminal, in *instance) error {
	go jobs.Every(ctx, draftPeriod, "drafts", t.log, in.app.ForgetDrafts)
	go jobs.Every(ctx, draftPeriod, "sign-in", t.log, in.app.ForgetSignIns)
	if c.Host == "" {
		t.log.Warn("no mail server is configured: messages wait in the outbox")
		return nil
	}
	smtp := &mail.SMTP{Host: c.Host, Port: c.Port, TLS: mail.TLS(c.TLS), Username: c.User, Password: c.smtpFlags.Password}
	if err := smtp.Check(); err != nil {
		return err
	}
	go jobs.Every(ctx, outboxPeriod, "outbox", t.log, func(ctx context.Context) error {
		_, err := in.app.DeliverDue(ctx, smtp)
		return err
	})
	return nil
}
