package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"concerto/trial/bench/child"
	"concerto/trial/bench/duel"
	"concerto/trial/bench/load"
	"concerto/trial/bench/stat"
	"concerto/trial/instance"
)

// exportPage is the list of adhesions as a file.
const exportPage = "/ufficio/lecce/percorsi/2014-2016/adesioni.csv"

// export takes the office's list of a million adhesions away as CSV. The floor is
// PostgreSQL's COPY of the very same rows, every value a text, out of a table that holds
// nothing else; Concerto puts each row together from what the acts made true, in the
// words of the page. Both go to the bench over a socket, which throws them away.
func (b *bench) export() error {
	rows := b.size(1_000_000)
	data, err := b.filled(rows)
	if err != nil {
		return err
	}
	subject, err := b.serve("concerto", data)
	if err != nil {
		return err
	}
	x := &exporter{p: subject}
	file := filepath.Join(b.memory, "export.csv")
	if err := x.save(file); err != nil {
		return err
	}
	floor, err := b.copyTable(file)
	if err != nil {
		return err
	}
	fmt.Printf("  %d lines, %d MB\n", x.lines, x.bytes>>20)
	if x.lines < rows {
		return fmt.Errorf("the file has %d lines, and there are %d adhesions", x.lines, rows)
	}
	return b.play(duel.Contestant{Name: subject.Name, Slot: x.slot}, floor,
		duel.Figure{Name: "export/copy", Goal: stat.AtLeast(0.5), Of: duel.Rate},
		duel.Figure{Name: "export/memory", Goal: stat.AtMost(32).In("MB"), Of: func(a, _ duel.Sample) float64 { return a.Value }})
}

// exporter downloads the file.
type exporter struct {
	p            *child.Process
	lines, bytes int
}

func (x *exporter) save(file string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	err = x.download(f)
	return errors.Join(err, f.Close())
}

// slot is one download: lines a second, and by how much the memory of the server grew.
func (x *exporter) slot(context.Context) (duel.Sample, error) {
	if err := x.p.ResetPeak(); err != nil {
		return duel.Sample{}, err
	}
	before, _, err := x.p.Memory()
	if err != nil {
		return duel.Sample{}, err
	}
	cpu, begin := x.p.CPU(), time.Now()
	if err := x.download(io.Discard); err != nil {
		return duel.Sample{}, err
	}
	took := time.Since(begin)
	_, peak, err := x.p.Memory()
	return duel.Sample{Done: x.lines, Elapsed: took, CPU: x.p.CPU() - cpu, Times: []time.Duration{took}, Value: float64(peak-before) / (1 << 20)}, err
}

// download streams the file to w and counts its lines.
func (x *exporter) download(w io.Writer) error {
	c, err := load.Dial(x.p.Addr)
	if err != nil {
		return err
	}
	defer c.Close()
	count := &lineCounter{w: w}
	status, err := c.Stream(officer(exportPage), count)
	if err == nil && status != 200 {
		err = fmt.Errorf("%s: status %d", exportPage, status)
	}
	x.lines, x.bytes = count.lines, count.bytes
	return err
}

// lineCounter counts what passes through it.
type lineCounter struct {
	w            io.Writer
	lines, bytes int
}

func (c *lineCounter) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte{'\n'})
	c.bytes += len(p)
	return c.w.Write(p)
}

// copyTable puts the rows of a CSV file into a table, and returns the contestant that
// copies them out again.
func (b *bench) copyTable(file string) (duel.Contestant, error) {
	none := duel.Contestant{}
	pg, err := b.postgres("export-pg")
	if err != nil {
		return none, err
	}
	dsn, err := pg.Create("rows")
	if err != nil {
		return none, err
	}
	conn, err := pgx.Connect(b.ctx, dsn)
	if err != nil {
		return none, err
	}
	b.ends = append(b.ends, func() { conn.Close(context.Background()) })
	f, err := os.Open(file)
	if err != nil {
		return none, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	head, separator, err := header(in)
	if err != nil {
		return none, err
	}
	columns := make([]string, len(head))
	for i := range head {
		columns[i] = fmt.Sprintf("c%d text", i)
	}
	if _, err := conn.Exec(b.ctx, "CREATE UNLOGGED TABLE sheet ("+strings.Join(columns, ", ")+")"); err != nil {
		return none, err
	}
	if _, err := conn.PgConn().CopyFrom(b.ctx, in, "COPY sheet FROM STDIN (FORMAT csv, DELIMITER '"+separator+"')"); err != nil {
		return none, err
	}
	if _, err := conn.Exec(b.ctx, "VACUUM ANALYZE sheet"); err != nil {
		return none, err
	}
	return duel.Contestant{Name: "copy", Slot: func(ctx context.Context) (duel.Sample, error) {
		begin := time.Now()
		tag, err := conn.PgConn().CopyTo(ctx, io.Discard, "COPY sheet TO STDOUT (FORMAT csv, DELIMITER '"+separator+"')")
		took := time.Since(begin)
		return duel.Sample{Done: int(tag.RowsAffected()), Elapsed: took, Times: []time.Duration{took}}, err
	}}, nil
}

// header reads the first line and says what separates its cells.
func header(in *bufio.Reader) (cells []string, separator string, err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, "", err
	}
	separator = ","
	if strings.Count(line, ";") > strings.Count(line, ",") {
		separator = ";"
	}
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = rune(separator[0])
	cells, err = r.Read()
	return cells, separator, err
}

// postgres starts a server that ends with the line.
func (b *bench) postgres(name string) (*instance.Postgres, error) {
	dir, err := os.MkdirTemp(b.parent, "bench-"+name+"-") // short: its socket lies in it
	if err != nil {
		return nil, err
	}
	pg, err := instance.StartPostgres(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	b.ends = append(b.ends, func() { _ = pg.Stop() })
	return pg, nil
}
