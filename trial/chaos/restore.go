package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concerto/trial/inside"
	"concerto/trial/instance"
	"concerto/trial/visitor"
)

// maxReturn is how long it may take from the order to restore to an instance that is
// ready, for what a rush of some seconds leaves.
const maxReturn = time.Minute

// restore makes a backup in the midst of a rush, goes on, erases a sheet that is in
// the backup, and loses the data folder. The backup is then put back three times:
// beside a guard file that remembers more, where it must be refused; with what can
// still be read of the lost database, where nothing may be missing; and declared
// older, where the loss must stand in the register and what was erased must not come
// back. At the end a folder of the version before is brought up to date.
func restore(t *trial) (result, error) {
	res, err := t.restoreOnce()
	if err != nil || t.short {
		return res, err
	}
	names, err := patchesOf("restore")
	for _, name := range names {
		res.mutants = append(res.mutants, t.judge(name, func(s *trial, binary string) (string, error) {
			s.binary, s.short = binary, true
			broken, err := s.restoreOnce()
			return strings.Join(broken.findings, "\n"), err
		}))
	}
	return res, err
}

func (t *trial) restoreOnce() (result, error) {
	var res result
	l, err := t.loseFolder()
	if err != nil {
		return res, err
	}
	for _, attempt := range []func(*result) error{l.refused, l.whole, l.declared, l.upgraded} {
		if err := attempt(&res); err != nil {
			return res, err
		}
		res.faults++
	}
	return res, l.rush.end(&res)
}

// loss is what is left after the data folder is gone.
type loss struct {
	*trial
	rush            *rush
	backup          string // folder of the backup
	newer           string // the lost database, as far as it can be read: whole
	guard           string // guard file, which was kept elsewhere
	witness         string // folder with the proof of the erasure
	erased          string // address that stood in the erased sheet alone
	audit           string // what the audit of the lost database said last
	config          instance.Config
	backupActs, all int
}

func (t *trial) loseFolder() (*loss, error) {
	c, err := t.config(t.binary, filepath.Join(t.dir, "data"), 0)
	if err != nil {
		return nil, err
	}
	l := &loss{trial: t, config: c, backup: filepath.Join(t.dir, "backup"), newer: filepath.Join(t.dir, "newer.db"),
		guard: filepath.Join(t.dir, "guard"), witness: filepath.Join(t.dir, "witness")}
	if l.rush, err = t.newRush(c.Listen); err != nil {
		return nil, err
	}
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return nil, err
	}
	sheet, err := l.backUpInTheMidst()
	if err := errors.Join(err, server.Stop()); err != nil {
		return nil, err
	}
	return l, l.eraseAndLose(sheet.Code)
}

// backUpInTheMidst makes the backup while a crowd adheres. It returns a sheet that is
// in the backup and of which the oracle, who would miss it, does not know.
func (l *loss) backUpInTheMidst() (sheet visitor.Receipt, err error) {
	if err := l.rush.keep(); err != nil {
		return sheet, err
	}
	body := visitor.BodyOf(int(l.rush.next.Add(1)))
	l.erased = body.Answers["chi"].Get("recapito-email")
	conn := l.rush.sites[0].Dial()
	defer conn.Close()
	if _, sheet, err = conn.Adhere(body); err != nil {
		return sheet, err
	}
	pause := 3 * time.Second
	if l.short {
		pause = time.Second
	}
	err = l.rush.during(16, func() error {
		sleep(l.ctx, pause)
		out, err := l.config.Run(l.ctx, "backup", l.backup)
		l.say("backup in the midst of the rush: %s", lastLine(out))
		l.backupActs = acts(out)
		sleep(l.ctx, pause)
		return err
	})
	return sheet, err
}

func (l *loss) eraseAndLose(code string) error {
	site, err := inside.OpenFolder(l.ctx, l.config.Data)
	if err != nil {
		return err
	}
	proof, err := site.EraseSheet(l.ctx, code)
	if err := errors.Join(err, site.Close()); err != nil {
		return err
	}
	out, err := l.config.Run(l.ctx, "audit")
	if err != nil {
		return err
	}
	l.audit, l.all = lastLine(out), acts(out)
	data := l.config.Data
	return errors.Join(
		os.Mkdir(l.witness, 0o700),
		os.WriteFile(filepath.Join(l.witness, "erasure.tlog-proof"), proof, 0o600),
		os.Rename(filepath.Join(data, "concerto.db"), l.newer),
		os.Rename(filepath.Join(data, "guard-1"), l.guard),
		os.RemoveAll(data))
}

// into is a new folder to restore into, with the guard file or without.
func (l *loss) into(name string, guarded bool) (instance.Config, error) {
	c := l.config
	c.Data = filepath.Join(l.dir, name)
	if err := os.Mkdir(c.Data, 0o700); err != nil || !guarded {
		return c, err
	}
	text, err := os.ReadFile(l.guard)
	if err != nil {
		return c, err
	}
	return c, os.WriteFile(filepath.Join(c.Data, "guard-1"), text, 0o600)
}

// refused puts the backup where more was signed.
func (l *loss) refused(res *result) error {
	c, err := l.into("refused", true)
	if err != nil {
		return err
	}
	out, err := c.Run(l.ctx, "restore", l.backup)
	if err == nil || !strings.Contains(out, "older than the last signed checkpoint") {
		res.found("a backup of %d acts was not refused where %d were signed: %v %s", l.backupActs, l.all, err, out)
	}
	if _, err := os.Stat(filepath.Join(c.Data, "concerto.db")); err == nil {
		res.found("a refused backup was put in place")
	}
	return nil
}

// whole puts the backup back with the acts that can still be read.
func (l *loss) whole(res *result) error {
	c, err := l.into("whole", true)
	if err != nil {
		return err
	}
	began := time.Now()
	out, err := c.Run(l.ctx, "restore", "--register", l.newer, l.backup)
	if err != nil {
		return err
	}
	server, err := instance.Start(l.ctx, c)
	if err != nil {
		return err
	}
	defer server.Stop()
	back := time.Since(began)
	res.measured("restored %d acts, of which %d were in the backup, and ready in %v", l.all, l.backupActs, back.Round(time.Millisecond))
	if back > maxReturn {
		res.found("it took %v until the site was back", back)
	}
	if got := lastLine(out); got != l.audit {
		res.found("restored %q, lost %q", got, l.audit)
	}
	if err := l.gone(res, c); err != nil {
		return err
	}
	return l.rush.check(res, c.Listen, c)
}

// declared goes on from the backup alone: the loss is put on record, and the proof of
// an erasure that somebody kept is enough for it to be made again.
func (l *loss) declared(res *result) error {
	c, err := l.into("declared", true)
	if err != nil {
		return err
	}
	out, err := c.Run(l.ctx, "restore", "--witness", l.witness, "--accept-older", "Disco rotto: prova di ripristino.", l.backup)
	if err != nil {
		return err
	}
	if missing := strings.Count(out, " is lost") + strings.Count(out, " is shown by"); missing != l.all-l.backupActs {
		res.found("%d acts are gone and %d are named as missing", l.all-l.backupActs, missing)
	}
	if err := l.gone(res, c); err != nil {
		return err
	}
	server, err := instance.Start(l.ctx, c)
	if err != nil {
		return err
	}
	defer server.Stop()
	out, err = c.Run(l.ctx, "audit")
	if err != nil || acts(out) <= l.backupActs {
		res.found("after a loss that was declared: %v %s", err, lastLine(out))
	}
	return nil
}

// gone looks for the erased address in every byte of a restored database.
func (l *loss) gone(res *result, c instance.Config) error {
	for _, name := range []string{"concerto.db", "concerto.db-wal"} {
		text, err := os.ReadFile(filepath.Join(c.Data, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if bytes.Contains(text, []byte(l.erased)) {
			res.found("%s holds %s again, which was erased after the backup", filepath.Join(c.Data, name), l.erased)
		}
	}
	text, err := os.ReadFile(filepath.Join(l.backup, "concerto.db"))
	if err == nil && !bytes.Contains(text, []byte(l.erased)) {
		err = fmt.Errorf("the backup does not hold %s: nothing is shown by its absence", l.erased)
	}
	return err
}

func lastLine(out string) string { return out[strings.LastIndexByte(out, '\n')+1:] }

// acts reads how many acts a line "ok acts=N root=…" counts.
func acts(out string) (n int) {
	fmt.Sscanf(lastLine(out), "ok acts=%d", &n)
	return n
}
