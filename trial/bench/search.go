package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"concerto/trial/bench/duel"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
	"concerto/trial/visitor"
)

// search asks for adhesions and bodies by words, as the office does in its inbox, over
// 100,000 of them, against bleve over the same texts.
//
// What is not comparable, and for now cannot be: the inbox answers with a page of 25
// sheets, drawn, with how many each of its filters would leave, newest first; it finds
// what contains the words, over all sheets. Bleve answers with 25 codes in the order of
// relevance. So there is no order of relevance whose recall could be asked for, and no
// index whose size could be weighed: those two goals wait for the search over proposals.
func (b *bench) search() error {
	p99 := duel.Figure{Name: "search/p99", Goal: stat.AtMost(1), Of: duel.Tail}
	why, ok := b.hasPeer()
	if !ok {
		b.lacking(why, p99)
		return nil
	}
	n := b.size(100_000)
	data, err := b.filled(n)
	if err != nil {
		return err
	}
	subject, err := b.serve("concerto", data)
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "documents.jsonl")
	if err := writeDocuments(file, n); err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "bleve")
	begin := time.Now()
	peer, err := b.start("bleve", b.peer, "/?q=faro", func(addr string) []string {
		return []string{"bleve", "--dir", dir, "--listen", addr, file}
	})
	if err != nil {
		return err
	}
	fmt.Printf("  bleve took %s to index %d texts, %d MB\n", time.Since(begin).Round(time.Second), n, folderSize(dir)>>20)
	inbox := b.asking(func(words string) []byte {
		return officer("/ufficio/lecce/percorsi/2014-2016/adesioni?cerca=" + url.QueryEscape(words))
	})
	plain := b.asking(func(words string) []byte { return get("/?q="+url.QueryEscape(words), "") })
	slot := func(name string, drive func(context.Context) duel.Sample) duel.Contestant {
		return duel.Contestant{Name: name, Slot: func(ctx context.Context) (duel.Sample, error) { return drive(ctx), nil }}
	}
	few := *b
	few.clients = searchers
	return b.play(slot("inbox", func(ctx context.Context) duel.Sample { return few.drive(ctx, subject, 200, inbox) }),
		slot("bleve", func(ctx context.Context) duel.Sample { return few.drive(ctx, peer, 200, plain) }), p99)
}

// searchers is how many people of an office search at once.
const searchers = 4

// queries are what is asked, in turn: frequent words, rare ones, several at once, a name
// and nothing that is there.
var queries = []string{"faro", "ponte di tutti", "perrone", "ulivo famiglie 4711", "segreteria3000123", "marta de luca", "inesistente", "cantiere giovani greco"}

func (b *bench) asking(request func(string) []byte) load.Source {
	var n atomic.Int64
	ready := make([]load.Request, len(queries))
	for i, q := range queries {
		ready[i] = load.Request{Bytes: request(q)}
	}
	return func() (load.Request, bool) { return ready[int(n.Add(1))%len(ready)], true }
}

// writeDocuments writes what the copies of package scratch can be found by.
func writeDocuments(file string, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	out := json.NewEncoder(w)
	for i := range n {
		body := visitor.BodyOf(firstCopy + i)
		text := strings.Join([]string{body.Name, body.Answers["referente"].Get("nome-cognome"), visitor.BodyCode(firstCopy + i),
			body.Answers["chi"].Get("recapito-email")}, " ")
		if err := out.Encode(map[string]string{"code": fmt.Sprint(i), "text": text}); err != nil {
			return err
		}
	}
	return w.Flush()
}

func folderSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}
