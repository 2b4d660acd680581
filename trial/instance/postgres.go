package instance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Postgres is a PostgreSQL server of one's own, on a private socket, with its
// defaults as to durability: what is measured is a server as an office has it.
type Postgres struct {
	Dir      string // holds data, socket and log
	Settings []string
	bin      string
	cred     *syscall.Credential
	guardian *exec.Cmd
	alive    *os.File // closing it ends the server, however this process ends
}

// StartPostgres makes a server in a new folder. Settings are "name=value".
func StartPostgres(dir string, settings ...string) (*Postgres, error) {
	bin, err := postgresBinaries()
	if err != nil {
		return nil, err
	}
	p := &Postgres{Dir: dir, Settings: settings, bin: bin}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := p.giveAway(); err != nil {
		return nil, err
	}
	if err := p.run("initdb", "-D", p.data(), "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8"); err != nil {
		return nil, err
	}
	if err := p.guard(); err != nil {
		return nil, err
	}
	return p, p.start()
}

func (p *Postgres) data() string { return filepath.Join(p.Dir, "data") }

// Socket is the path of the server's socket.
func (p *Postgres) Socket() string { return filepath.Join(p.Dir, ".s.PGSQL.5432") }

// DSN is the address of a database of the server.
func (p *Postgres) DSN(database string) string {
	return "host=" + p.Dir + " user=postgres dbname=" + database
}

// Create makes an empty database and returns its address.
func (p *Postgres) Create(database string) (string, error) {
	return p.DSN(database), p.run("createdb", "-h", p.Dir, "-U", "postgres", database)
}

// Restart stops the server in a mode of pg_ctl and starts it again. Immediate is
// what a crash is: no checkpoint, and recovery from the log.
func (p *Postgres) Restart(mode string) error {
	if err := p.run("pg_ctl", "-D", p.data(), "-m", mode, "-w", "stop"); err != nil {
		return err
	}
	return p.start()
}

func (p *Postgres) start() error {
	options := "-k " + p.Dir + " -c listen_addresses= -c max_connections=100"
	for _, s := range p.Settings {
		options += " -c " + s
	}
	return p.run("pg_ctl", "-D", p.data(), "-l", filepath.Join(p.Dir, "log"), "-w", "-o", options, "start")
}

// Stop ends the server and removes its folder.
func (p *Postgres) Stop() error { return errors.Join(p.alive.Close(), p.guardian.Wait()) }

// guard starts a process that ends the server once our end of a pipe is closed,
// which happens however this process ends.
func (p *Postgres) guard() error {
	const script = `cat >/dev/null; "$0" -D "$1/data" -m immediate stop >/dev/null 2>&1; rm -rf "$1"`
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	p.guardian = exec.Command("sh", "-c", script, filepath.Join(p.bin, "pg_ctl"), p.Dir)
	p.guardian.Stdin = r
	p.guardian.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred, Setpgid: true}
	p.guardian.Dir = "/"
	p.alive = w
	return p.guardian.Start()
}

func (p *Postgres) run(name string, args ...string) error {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir, c.SysProcAttr = p.Dir, &syscall.SysProcAttr{Credential: p.cred}
	out, err := os.CreateTemp("", "concerto-pg-out-") // a pipe would stay open with the server that pg_ctl leaves behind
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, tail(out.Name()))
	}
	return nil
}

// postgresBinaries finds the newest server on the machine.
func postgresBinaries() (string, error) {
	if dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin"); len(dirs) > 0 {
		return dirs[len(dirs)-1], nil
	}
	p, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("PostgreSQL is needed (Debian: apt-get install postgresql): %w", err)
	}
	return filepath.Dir(p), nil
}

// giveAway gives the folder to a user that PostgreSQL accepts: it refuses root.
func (p *Postgres) giveAway() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	p.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.Dir, int(uid), int(gid))
}

// Query runs one statement with psql and returns what it prints.
func (p *Postgres) Query(database, statement string) (string, error) {
	c := exec.Command(filepath.Join(p.bin, "psql"), "-h", p.Dir, "-U", "postgres", "-At", "-c", statement, database)
	out, err := c.Output()
	return strings.TrimSpace(string(out)), err
}
