package pdz

import (
	"testing"
	"time"
)

func TestAMandateGivesPowerFromItsBeginningToItsEndAndNotAMillisecondMore(t *testing.T) {
	from := time.Date(2013, 10, 17, 8, 0, 0, 0, time.UTC)
	to, until := from.AddDate(1, 0, 0), from.AddDate(0, 0, 14)
	ms := time.Millisecond
	for _, tt := range []struct {
		name string
		m    Mandate
		at   time.Time
		want MandateState
	}{
		{"just before", Mandate{From: from, To: to}, from.Add(-ms), MandateComing},
		{"at the beginning", Mandate{From: from, To: to}, from, MandateInForce},
		{"the last instant", Mandate{From: from, To: to}, to.Add(-ms), MandateInForce},
		{"at the end", Mandate{From: from, To: to}, to, MandateEnded},
		{"without an end", Mandate{From: from}, from.AddDate(50, 0, 0), MandateInForce},
		{"ended before it began", Mandate{From: to, To: from}, to, MandateEnded},
		{"invited", Mandate{Until: until}, until, MandateInvited},
		{"invited, too late", Mandate{Until: until}, until.Add(ms), MandateExpired},
		{"invited with an end to come", Mandate{Until: until, To: to}, from, MandateInvited},
		{"refused", Mandate{To: from}, from, MandateRefused},
		{"for the office", Mandate{}, from, MandateWaiting},
	} {
		if got := tt.m.State(tt.at); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if got := tt.m.InForce(tt.at); got != (tt.want == MandateInForce) {
			t.Errorf("%s: in force %v", tt.name, got)
		}
	}
}
