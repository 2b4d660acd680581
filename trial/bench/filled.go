package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"concerto/trial/bench/scratch"
	"concerto/trial/visitor"
)

// ambito is where the bodies of the bench adhere.
const ambito = "lecce"

// filled returns a data folder with n adhesions and a head of office who is signed in: the
// first came through the pages, the others are copies of it. Lines that want as many share
// the folder, one after the other.
func (b *bench) filled(n int) (string, error) {
	name := fmt.Sprintf("filled-%d", n)
	if b.made[n] {
		return filepath.Join(b.dir, name), nil
	}
	data, err := b.scratch(name)
	if err != nil {
		return "", err
	}
	p, err := b.serve(name+"-first", data)
	if err != nil {
		return "", err
	}
	defer p.Stop()
	site, err := visitor.Lecce(base)
	if err != nil {
		return "", err
	}
	c := site.At(p.Addr).Dial()
	defer c.Close()
	if _, _, err := c.Adhere(visitor.BodyOf(bodyToCopy)); err != nil {
		return "", err
	}
	p.Stop()
	begin := time.Now()
	key, err := secretKey(data)
	if err != nil {
		return "", err
	}
	if err := scratch.Multiply(b.ctx, data, n, firstCopy, key); err != nil {
		return "", err
	}
	if err := scratch.SignIn(b.ctx, data, ambito, time.Now()); err != nil {
		return "", err
	}
	if b.made == nil {
		b.made = map[int]bool{}
	}
	b.made[n] = true
	fmt.Printf("  %d adhesions, made in %s\n", n, time.Since(begin).Round(time.Second))
	return data, nil
}

// base is the address of every site, whatever port it is served on: the log is named by
// it, so that a filled database can be served again.
const (
	base = "http://" + host
	host = "bench.example"
)

// Bodies that come through the pages are the first ones; those that are copied are far
// from them, and the one that they are copied from is a body and no person.
const (
	firstCopy  = 3_000_000
	bodyToCopy = firstCopy
)

// secretKey reads the key with which an instance signs the log of the Ambito.
func secretKey(data string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(data, "keys", url.PathEscape(u.Hostname()+"/"+ambito+"/registro")+".key"))
	if err != nil {
		return "", err
	}
	secret, _, _ := strings.Cut(string(text), "\n")
	return secret, nil
}

// size is how many rows a line works on: as many as it wants, or as many as were asked for.
func (b *bench) size(wanted int) int {
	if b.rows > 0 {
		return b.rows
	}
	return wanted
}

// officer is the request of somebody of the office who is signed in.
func officer(path string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: "+host+"\r\nAccept: text/html\r\nAccept-Language: it\r\nUser-Agent: bench\r\n"+
		"Cookie: concerto-sessione=%s\r\n\r\n", path, scratch.Secret)
}
