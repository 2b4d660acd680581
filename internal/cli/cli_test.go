package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"concerto/internal/cli"
	"concerto/internal/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"concerto": func() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestConversations plays the scripts of testdata: what an operator types, what a
// browser asks, and what must come back. They are written so that an office can
// read them.
func TestConversations(t *testing.T) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("REPO", repo)
			e.Setenv("POSTGRES", storetest.Postgres(t))
			e.Values[talkKey{}] = &talk{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"apre": open, "chiede": ask, "manda": send, "allega": attach, "risponde": answered, "dice": says, "tace": silent,
			"trova":  find,
			"annota": note, "salva": save, "aspetta": wait, "altera": tamper,
		},
	})
}

type talkKey struct{}

// talk is the state of one conversation.
type talk struct {
	base   string
	status int
	header http.Header
	body   string
}

func of(ts *testscript.TestScript) *talk { return ts.Value(talkKey{}).(*talk) }

// open waits until the site at an address answers: apre http://…
func open(ts *testscript.TestScript, neg bool, args []string) {
	c := of(ts)
	c.base = args[0]
	for range 300 {
		if resp, err := http.Get(c.base + "/salute"); err == nil {
			resp.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s does not answer", c.base)
}

// client follows no redirect: where one is led is part of the conversation.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 20 * time.Second}

func (c *talk) do(ts *testscript.TestScript, req *http.Request) {
	resp, err := client.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	ts.Check(err)
	c.status, c.header, c.body = resp.StatusCode, resp.Header, string(b)
}

func (c *talk) address(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return c.base + path
}

// ask fetches a page: chiede /percorso
func ask(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest("GET", of(ts).address(args[0]), nil)
	ts.Check(err)
	of(ts).do(ts, req)
}

// send posts a form: manda /percorso campo=valore …; a value x*N is x N times.
func send(ts *testscript.TestScript, neg bool, args []string) {
	v := url.Values{}
	for _, a := range args[1:] {
		k, val, _ := strings.Cut(a, "=")
		if s, n, ok := strings.Cut(val, "*"); ok {
			if times, err := strconv.Atoi(n); err == nil {
				val = strings.Repeat(s, times)
			}
		}
		val = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\0`, "\x00").Replace(val)
		v.Add(k, val)
	}
	req, err := http.NewRequest("POST", of(ts).address(args[0]), strings.NewReader(v.Encode()))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	of(ts).do(ts, req)
}

// attach posts a file: allega /percorso campo nome file [campo=valore …]
func attach(ts *testscript.TestScript, neg bool, args []string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, a := range args[4:] {
		k, val, _ := strings.Cut(a, "=")
		ts.Check(w.WriteField(k, val))
	}
	part, err := w.CreateFormFile(args[1], args[2])
	ts.Check(err)
	_, err = io.WriteString(part, ts.ReadFile(args[3]))
	ts.Check(err)
	ts.Check(w.Close())
	req, err := http.NewRequest("POST", of(ts).address(args[0]), &b)
	ts.Check(err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	of(ts).do(ts, req)
}

// answered checks the status: risponde 201
func answered(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := of(ts).status; got != want {
		ts.Fatalf("status %d, want %d\n%s", got, want, text(of(ts).body))
	}
}

// says checks that the page shows a text, tags aside: dice 'Adesione registrata'
func says(ts *testscript.TestScript, neg bool, args []string) {
	page := text(of(ts).body)
	if strings.Contains(page, args[0]) == neg {
		ts.Fatalf("says %q: not as expected\n%s", args[0], page)
	}
}

// silent checks that a text is nowhere in the bytes of the answer: tace 'canary'
func silent(ts *testscript.TestScript, neg bool, args []string) {
	if strings.Contains(of(ts).body, args[0]) {
		ts.Fatalf("%q is in the answer", args[0])
	}
}

var tag = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)

// text is what a reader sees of a page.
func text(page string) string {
	s := tag.ReplaceAllString(page, " ")
	s = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&", "&#43;", "+", "&lt;", "<", "&gt;", ">", "&nbsp;", " ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// note keeps what an expression finds in the page or in the Location header, for
// later: annota BOZZA '/adesione/([^/"]+)'
func note(ts *testscript.TestScript, neg bool, args []string) {
	m := regexp.MustCompile(args[1]).FindStringSubmatch(of(ts).header.Get("Location") + "\n" + of(ts).body)
	if m == nil {
		ts.Fatalf("%s is nowhere in the answer\n%s", args[1], text(of(ts).body))
	}
	ts.Setenv(args[0], strings.ReplaceAll(m[1], "&#43;", "+"))
}

// find keeps what an expression finds in a file: trova LINK uscita.txt 'open (\S+)'
func find(ts *testscript.TestScript, neg bool, args []string) {
	m := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if m == nil {
		ts.Fatalf("%s is nowhere in %s", args[2], args[1])
	}
	ts.Setenv(args[0], m[1])
}

// save writes the answer to a file: salva ricevuta.json
func save(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(of(ts).body), 0o600))
}

// wait asks for a page until it shows a text: aspetta /demo/avanzamento 'testo'
func wait(ts *testscript.TestScript, neg bool, args []string) {
	for range 200 {
		ask(ts, false, args[:1])
		if strings.Contains(text(of(ts).body), args[1]) || of(ts).status == http.StatusSeeOther {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s never said %q\n%s", args[0], args[1], fmt.Sprint(text(of(ts).body)))
}
