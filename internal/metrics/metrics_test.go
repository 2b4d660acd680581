package metrics

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestThePageIsWhatPrometheusReads(t *testing.T) {
	h := NewHistogram(0.1, 1)
	for _, v := range []float64{0.05, 0.1, 0.5, 7} {
		h.Observe(v)
	}
	var p Page
	p.Gauge("queue", "Writes that wait.", 3)
	p.Counter("requests", "Requests \\ answers,\nby route.", 2, "route", `/{ambito}/"x"`, "status", "200")
	p.Counter("requests", "Requests \\ answers,\nby route.", 1e7, "route", "/a\nb\\", "status", "404")
	p.Histogram("took", "Seconds.", h, "method", "GET")
	want := `# HELP queue Writes that wait.
# TYPE queue gauge
queue 3
# HELP requests Requests \\ answers,\nby route.
# TYPE requests counter
requests{route="/{ambito}/\"x\"",status="200"} 2
requests{route="/a\nb\\",status="404"} 1e+07
# HELP took Seconds.
# TYPE took histogram
took_bucket{method="GET",le="0.1"} 2
took_bucket{method="GET",le="1"} 3
took_bucket{method="GET",le="+Inf"} 4
took_sum{method="GET"} 7.65
took_count{method="GET"} 4
`
	if diff := cmp.Diff(want, string(p.Bytes())); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}
