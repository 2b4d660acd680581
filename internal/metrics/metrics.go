// Package metrics counts what an instance does and writes it down in the text
// format that Prometheus reads.
//
// A measure is a number or a Histogram that its owner keeps; nothing is registered
// anywhere. When somebody asks, a Page is written: one line for each number, a head
// for each name, labels in the order given. Labels hold names of the program's own
// (route, method, status, log), never anything that a person typed.
package metrics

import (
	"bytes"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Histogram counts observations by size. It is safe for concurrent use.
type Histogram struct {
	bounds []float64 // upper, ascending

	mu     sync.Mutex
	counts []uint64 // one more than bounds: beyond the last
	sum    float64
}

// NewHistogram makes a histogram with the given upper bounds, ascending.
func NewHistogram(bounds ...float64) *Histogram {
	return &Histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
}

// Observe counts one value.
func (h *Histogram) Observe(v float64) {
	i := sort.SearchFloat64s(h.bounds, v)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[i]++
	h.sum += v
}

// Page is a page of measures. Lines of one name must be written one after another.
type Page struct {
	b    bytes.Buffer
	last string // name whose head was written
}

// Bytes returns what was written.
func (p *Page) Bytes() []byte { return p.b.Bytes() }

// Gauge writes a number that goes up and down. Labels come as name, value pairs.
func (p *Page) Gauge(name, help string, v float64, labels ...string) {
	p.head(name, help, "gauge")
	p.line(name, v, labels)
}

// Counter writes a number that only grows while the process lives.
func (p *Page) Counter(name, help string, v float64, labels ...string) {
	p.head(name, help, "counter")
	p.line(name, v, labels)
}

// Histogram writes a histogram.
func (p *Page) Histogram(name, help string, h *Histogram, labels ...string) {
	p.head(name, help, "histogram")
	h.mu.Lock()
	defer h.mu.Unlock()
	var total uint64
	for i, n := range h.counts {
		bound := math.Inf(1)
		if i < len(h.bounds) {
			bound = h.bounds[i]
		}
		total += n
		p.line(name+"_bucket", float64(total), append(labels[:len(labels):len(labels)], "le", number(bound)))
	}
	p.line(name+"_sum", h.sum, labels)
	p.line(name+"_count", float64(total), labels)
}

func (p *Page) head(name, help, kind string) {
	if p.last == name {
		return
	}
	p.last = name
	fmt.Fprintf(&p.b, "# HELP %s %s\n# TYPE %s %s\n", name, helpEscapes.Replace(help), name, kind)
}

func (p *Page) line(name string, v float64, labels []string) {
	p.b.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		fmt.Fprintf(&p.b, `%c%s="%s"`, "{,"[min(i, 1)], labels[i], labelEscapes.Replace(labels[i+1]))
	}
	if len(labels) > 1 {
		p.b.WriteByte('}')
	}
	p.b.WriteString(" " + number(v) + "\n")
}

var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	labelEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

func number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
