package web

import (
	"concerto/internal/app"
	"concerto/internal/pdz"
)

// finding is what the figures by day say, in a sentence: how many came on the last
// useful day when there is a term, the fullest day when there is none. It is empty
// when there is nothing to say.
func (p *dashboardPage) finding(d *app.Dashboard) string {
	total, late := len(d.Rows), d.Late()
	timely := total - late
	w, ok := adhesionWindow(p.Proc.Process)
	switch {
	case total == 0:
		return ""
	case !ok || !w.Closes.Known || timely == 0:
		return p.busiestText(d, total)
	}
	closes := w.Closes.Last().In(p.Proc.Zone)
	n := d.On(closes)
	switch {
	case w.State(p.Now) == pdz.Closed && n == timely && n > 1:
		return p.T("Tutte le %d schede in tempo sono dell’ultimo giorno utile.", n)
	case w.State(p.Now) == pdz.Closed && n > 0:
		return p.TN("Una scheda su %[2]d nell’ultimo giorno utile.", "%d schede su %d nell’ultimo giorno utile.", n, timely)
	case w.State(p.Now) == pdz.Open && sameDay(closes, p.Now):
		return p.TN("Una scheda su %[2]d oggi, ultimo giorno utile.", "%d schede su %d oggi, ultimo giorno utile.", n, timely)
	}
	return p.busiestText(d, total)
}

// busiestText names the fullest day, if there is one.
func (p *dashboardPage) busiestText(d *app.Dashboard, total int) string {
	top, ok := d.Busiest()
	switch {
	case !ok || total < 2:
		return p.TN("È arrivata una scheda.", "Sono arrivate %d schede.", total)
	case len(d.Days) == 1:
		return p.T("Tutte le %d schede sono arrivate in un giorno solo: %s.", total, p.Date(top.Day))
	}
	return p.T("%d schede su %d %s, il giorno con più arrivi.", top.Timely+top.Late, total, p.Date(top.Day))
}
