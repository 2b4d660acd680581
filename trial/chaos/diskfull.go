package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"concerto/trial/instance"
	"concerto/trial/visitor"
)

const (
	// tmpfsSize holds the database of a short rush, and what the program sets aside
	// for this very day.
	tmpfsSize = 160 << 20
	// fullFor is how long the disk stays full.
	fullFor = 4 * time.Second
	// maxResume is how soon receipts must come again once there is room.
	maxResume = time.Second
)

// diskfull fills the disk under the program's feet and gives the room back, some
// times over. While it is full nothing may be acknowledged that is not kept, the
// public pages and the receipts that were given stay open, and a click is answered
// with words; once there is room receipts come again, without a restart.
func diskfull(t *trial) (result, error) {
	var res result
	mount, err := t.tmpfs()
	if err != nil {
		return res, err
	}
	defer command("umount", mount)
	c, err := t.config(t.binary, filepath.Join(mount, "data"), 0)
	if err != nil {
		return res, err
	}
	c.Args = []string{"--disk-reserve", "0"}
	r, err := t.newRush(c.Listen)
	if err != nil {
		return res, err
	}
	server, err := instance.Start(t.ctx, c)
	if err != nil {
		return res, err
	}
	defer server.Stop()
	if err := r.keep(); err != nil {
		return res, err
	}
	times := 3
	if t.short {
		times = 1
	}
	f := &filling{trial: t, rush: r, res: &res, path: filepath.Join(mount, "filler")}
	err = r.during(16, func() error {
		for range times {
			sleep(t.ctx, 2*time.Second)
			if err := f.fillAndFree(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return res, err
	}
	select {
	case <-server.Ended():
		res.found("the instance ended when the disk was full")
	default:
	}
	if err := r.check(&res, c.Listen, c); err != nil {
		return res, err
	}
	return res, r.end(&res)
}

// tmpfs mounts a small file system in memory.
func (t *trial) tmpfs() (string, error) {
	dir := filepath.Join(t.dir, "disk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if err := command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", tmpfsSize), "tmpfs", dir); err != nil {
		return "", &lackingError{"no small file system can be mounted (root is needed): " + err.Error()}
	}
	return dir, nil
}

// filling is the disk being filled.
type filling struct {
	*trial
	rush *rush
	res  *result
	path string
}

// fillAndFree fills the disk, looks how the site does, and frees it.
func (f *filling) fillAndFree() error {
	f.res.faults++
	before := f.rush.refusedWith(503)
	stop, filled := make(chan struct{}), make(chan error, 1)
	go func() { filled <- f.keepFull(stop) }()
	sleep(f.ctx, fullFor)
	if err := f.lookAround(); err != nil {
		f.res.found("while the disk was full: %v", err)
	}
	if f.rush.refusedWith(503) == before {
		f.res.found("the disk was full and no click was answered with 503: %v", f.rush.refused)
	}
	close(stop)
	if err := <-filled; err != nil {
		return err
	}
	return f.free()
}

// keepFull takes every byte of room there is, and what is freed meanwhile.
func (f *filling) keepFull(stop chan struct{}) error {
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	chunk := make([]byte, 4<<10)
	for {
		_, err := file.Write(chunk)
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			return err
		}
		select {
		case <-stop:
			return nil
		default:
		}
		if err != nil {
			sleep(f.ctx, time.Millisecond)
		}
	}
}

// free gives the room back and waits for the next receipt.
func (f *filling) free() error {
	freed := time.Now()
	acked := make(chan time.Time, 1)
	f.rush.listen(func(at time.Time) {
		select {
		case acked <- at:
		default:
		}
	})
	defer f.rush.listen(nil)
	if err := os.Remove(f.path); err != nil {
		return err
	}
	select {
	case at := <-acked:
		resumed := at.Sub(freed)
		f.say("full %d, receipts again %v after there was room", f.res.faults, resumed.Round(time.Millisecond))
		if resumed > maxResume {
			f.res.found("receipts came again only %v after there was room", resumed)
		}
	case <-time.After(15 * time.Second):
		f.res.found("no receipt within 15 s after there was room again")
	}
	return f.ctx.Err()
}

// lookAround opens what anyone may read, and makes a click of its own.
func (f *filling) lookAround() error {
	conn := f.rush.sites[0].Dial()
	defer conn.Close()
	conn.From = "10.1.2.3" // a network of its own
	d, receipt := f.rush.anyReceipt()
	pages := []string{"/lecce/", f.rush.sites[0].Process, "/lecce/registro/checkpoint"}
	if receipt.Own != "" {
		pages = append(pages, receipt.Own, receipt.Own+"/ricevuta.json", "/lecce/ricevuta/"+receipt.Code)
	}
	for _, path := range pages {
		a, err := conn.Get(path)
		if err != nil {
			return err
		}
		if a.Status != 200 {
			return fmt.Errorf("%s answers %d %s", path, a.Status, a.Words())
		}
	}
	if receipt.Own == "" {
		return errors.New("there was no receipt before the disk was full")
	}
	if again, err := conn.Send(d); err != nil {
		return fmt.Errorf("a click that has a receipt, made again: %w", err)
	} else if again.Code != receipt.Code {
		return fmt.Errorf("a click made again gave receipt %s and not %s", again.Code, receipt.Code)
	}
	return f.refusesWithWords(conn)
}

// refusesWithWords begins a form, which the full disk must refuse in words.
func (f *filling) refusesWithWords(conn *visitor.Conn) error {
	_, err := conn.Prepare(visitor.BodyOf(int(f.rush.next.Add(1))))
	var refusal *visitor.Refusal
	switch {
	case err == nil: // a page or two were free just then
		return nil
	case !errors.As(err, &refusal):
		return err
	case refusal.Status != 503 || refusal.RetryAfter == "" || !strings.Contains(refusal.Words, "di nuovo"):
		return fmt.Errorf("the refusal says neither 503 nor what to do: %v", refusal)
	}
	return nil
}

// refusedWith is how many answers had a status.
func (r *rush) refusedWith(status int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused[status]
}

// listen has fn called at each receipt.
func (r *rush) listen(fn func(at time.Time)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.observed = fn
}

// anyReceipt returns the last click that was acknowledged.
func (r *rush) anyReceipt() (visitor.Draft, visitor.Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.newest.Receipt == nil {
		return visitor.Draft{}, visitor.Receipt{}
	}
	return *r.newest.Draft, *r.newest.Receipt
}
