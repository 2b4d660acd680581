package web

import (
	"cmp"
	"slices"
	"strings"

	"concerto/internal/app"
	"concerto/internal/pdz"
)

// kindsChart counts sheets by category and channel: bars in pieces, and the same
// numbers as a table. The names stand in the page and not in the picture, so that they
// wrap and grow with the reader's letters.
type kindsChart struct {
	Finding string
	Legend  []channelKey
	Bars    []kindBar // of categories with a sheet
	Lines   []kindLine
	Total   kindLine
}

// channelKey is a channel with the number of its colour.
type channelKey struct {
	Name   string
	Colour int
}

// kindBar is a bar: its width as a share of the widest, its pieces in sheets.
type kindBar struct {
	Name   string
	Total  int
	Width  string // "72.5%"
	Pieces []kindPiece
}

type kindPiece struct{ Colour, From, N int }

// kindLine is a line of the table.
type kindLine struct {
	Name  string
	Cells []siftLink // one for each channel of the legend, then the total
}

// channelColours is how many colours channels have; a definition with more repeats them.
const channelColours = 8

func (p *dashboardPage) kindsChart(d *app.Dashboard) kindsChart {
	channels := usedChannels(p.Proc.Process, d.Kinds)
	var c kindsChart
	for i, id := range channels {
		c.Legend = append(c.Legend, channelKey{p.channelKeyName(id), i%channelColours + 1})
	}
	for _, k := range d.Kinds {
		if k.Total > 0 {
			c.Bars = append(c.Bars, p.kindBar(k, channels, d.Kinds[0].Total))
		}
		if k.Total > 0 || k.Category != "" {
			c.Lines = append(c.Lines, p.kindLine(p.kindName(k.Category), k, channels))
		}
	}
	all := app.KindCount{ByChannel: map[string]int{}}
	for _, k := range d.Kinds {
		all.Total += k.Total
		for id, n := range k.ByChannel {
			all.ByChannel[id] += n
		}
	}
	c.Total = p.kindLine(p.T("Tutte"), all, channels)
	c.Finding = p.kindsFinding(c, all.Total)
	return c
}

// usedChannels are those by which a sheet came, in the order of the definition.
func usedChannels(def *pdz.Process, kinds []app.KindCount) []string {
	var used []string
	has := func(id string) bool {
		return slices.ContainsFunc(kinds, func(k app.KindCount) bool { return k.ByChannel[id] > 0 })
	}
	for _, c := range def.Channels {
		if has(c.ID) {
			used = append(used, c.ID)
		}
	}
	return used
}

// channelKeyName is the short name of a channel, or its own where two are of a kind.
func (p *dashboardPage) channelKeyName(id string) string {
	c, _ := p.Proc.Channel(id)
	same := 0
	for _, x := range p.Proc.Channels {
		if x.Kind == c.Kind {
			same++
		}
	}
	if same > 1 {
		return capital(c.Label)
	}
	return p.channelName(c)
}

func (p *dashboardPage) kindName(id string) string {
	c, _ := p.Proc.Category(id)
	return cmp.Or(c.Label, id, p.T("Tipo non detto"))
}

func (p *dashboardPage) kindBar(k app.KindCount, channels []string, widest int) kindBar {
	b := kindBar{Name: p.kindName(k.Category), Total: k.Total, Width: number(100*float64(k.Total)/float64(widest)) + "%"}
	from := 0
	for i, id := range channels {
		if n := k.ByChannel[id]; n > 0 {
			b.Pieces = append(b.Pieces, kindPiece{i%channelColours + 1, from, n})
			from += n
		}
	}
	return b
}

// kindLine writes the counts out, each a link to the sheets that it counts.
func (p *dashboardPage) kindLine(name string, k app.KindCount, channels []string) kindLine {
	line := kindLine{Name: name}
	cell := func(n int, channel string) {
		var query []string
		if k.Category != "" {
			query = append(query, "tipo="+k.Category)
		}
		if channel != "" {
			query = append(query, "canale="+channel)
		}
		href := p.OfficeHref("adesioni")
		if len(query) > 0 {
			href += "?" + strings.Join(query, "&")
		}
		line.Cells = append(line.Cells, siftLink{Text: p.Number(n), Href: href, Count: n})
	}
	for _, id := range channels {
		cell(k.ByChannel[id], id)
	}
	cell(k.Total, "")
	return line
}

// kindsFinding says which category and which channel brought most.
func (p *dashboardPage) kindsFinding(c kindsChart, total int) string {
	if len(c.Bars) == 0 {
		return ""
	}
	text := p.TN("%d scheda.", "%d schede.", total) + " " + p.T("Il tipo con più schede è «%s»: %d.", c.Bars[0].Name, c.Bars[0].Total)
	most := 0
	for i := range c.Legend {
		if c.Total.Cells[i].Count > c.Total.Cells[most].Count {
			most = i
		}
	}
	if len(c.Legend) == 0 {
		return text
	}
	return text + " " + p.T("Il canale più usato è «%s»: %d.", c.Legend[most].Name, c.Total.Cells[most].Count)
}
