package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"time"

	"concerto/trial/instance"
	"concerto/trial/proxy"
)

// maxGap is how long a crowd may wait for the next receipt while one fault is got over.
const maxGap = 3 * time.Second

// postgres breaks a site of two instances on one PostgreSQL: the server is
// restarted as after a crash, an instance is killed, or a connection is cut
// between a commit and its answer. The server is set to synchronous_commit=off, as
// careless offices have it: the program must ask for better by itself, and the
// build that does not must be found out.
func postgres(t *trial) (result, error) {
	var res result
	faults := 12
	if t.short {
		faults = 3
	}
	if err := t.pair(&res, t.binary, faults, (*site).fault); err != nil || t.short {
		return res, err
	}
	res.mutants = append(res.mutants, t.judge("postgres-async", losesCommits))
	return res, nil
}

// losesCommits crashes the server under a broken build and looks what is missing.
func losesCommits(s *trial, binary string) (string, error) {
	var res result
	err := s.pair(&res, binary, 6, (*site).crash)
	if res.lost > 0 {
		return fmt.Sprintf("lost %d of %d receipts in %d crashes", res.lost, res.acks, res.faults), nil
	}
	return "", err
}

// site is two instances on one PostgreSQL, each behind a proxy of its own.
type site struct {
	*trial
	server    *instance.Postgres
	proxies   [2]*proxy.Proxy
	configs   [2]instance.Config
	instances [2]*instance.Server
	direct    string        // the database, past the proxies
	away      time.Duration // longest time that PostgreSQL itself took to come back
}

func (t *trial) newSite(binary string) (*site, error) {
	s := &site{trial: t}
	var err error
	if s.server, err = instance.StartPostgres(filepath.Join(t.dir, "postgres"), "synchronous_commit=off"); err != nil {
		return nil, &lackingError{err.Error()}
	}
	if s.direct, err = s.server.Create("concerto"); err != nil {
		return s, err
	}
	for i := range s.proxies {
		addr := fmt.Sprintf("127.0.0.1:%d", t.port+10+i)
		if s.proxies[i], err = proxy.Listen(addr, func() (net.Conn, error) { return net.Dial("unix", s.server.Socket()) }); err != nil {
			return s, err
		}
		if s.configs[i], err = t.config(binary, filepath.Join(t.dir, "data"), i); err != nil {
			return s, err
		}
		s.configs[i].Database = fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=concerto sslmode=disable", t.port+10+i)
		if s.instances[i], err = instance.Start(t.ctx, s.configs[i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *site) close() {
	for i := range s.proxies {
		if s.instances[i] != nil {
			s.instances[i].Kill()
		}
		if s.proxies[i] != nil {
			s.proxies[i].Close()
		}
	}
	s.server.Stop()
}

// fault makes the n-th fault. They take turns, so that each kind meets each instance.
func (s *site) fault(n int) (err error) {
	one := n / 3 % 2
	switch n % 3 {
	case 0:
		return s.crash(n)
	case 1:
		moment := proxy.AfterCommit
		if rand.IntN(3) == 0 {
			moment = proxy.AtCommit
		}
		return s.cutCommit(one, moment)
	}
	s.instances[one].Kill()
	s.instances[one], err = instance.Start(s.ctx, s.configs[one])
	return err
}

// crash stops PostgreSQL in its tracks and starts it again.
func (s *site) crash(int) error {
	began := time.Now()
	err := s.server.Restart("immediate")
	s.away = max(s.away, time.Since(began))
	return err
}

// cutCommit has the next commit of an instance cut, and waits until it was.
func (s *site) cutCommit(one int, moment proxy.Moment) error {
	before := s.proxies[one].Cuts()
	s.proxies[one].Arm(moment)
	for range 500 {
		if s.proxies[one].Cuts() > before {
			return nil
		}
		sleep(s.ctx, 10*time.Millisecond)
	}
	return fmt.Errorf("instance %d commits nothing", one+1)
}

// pair runs a rush on two instances through a number of faults.
func (t *trial) pair(res *result, binary string, faults int, fault func(*site, int) error) error {
	s, err := t.newSite(binary)
	if s != nil {
		defer s.close()
	}
	if err != nil {
		return err
	}
	r, err := t.newRush(s.configs[0].Listen, s.configs[1].Listen)
	if err != nil {
		return err
	}
	if err := r.keep(); err != nil {
		return err
	}
	err = r.during(24, func() error {
		for res.faults < faults {
			sleep(t.ctx, time.Second+rand.N(time.Second))
			if err := fault(s, res.faults); err != nil {
				return err
			}
			res.faults++
			t.say("fault %d, %d receipts so far", res.faults, r.acked())
		}
		sleep(t.ctx, time.Second)
		return nil
	})
	if err != nil {
		return err
	}
	res.measured("PostgreSQL itself was away %v at most", s.away.Round(time.Millisecond))
	if r.gap > maxGap {
		res.found("nobody had a receipt for %v, more than %v", r.gap, maxGap)
	}
	audit := s.configs[0]
	audit.Database = s.direct
	if err := r.check(res, s.configs[1].Listen, audit); err != nil {
		return err
	}
	return r.end(res)
}
