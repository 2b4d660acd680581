package child

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc: the kernel tells user programs
// hundredths of a second whatever its own clock is.
const tick = 10 * time.Millisecond

// stat is what the bench reads of /proc/PID/stat.
type stat struct {
	parent int
	cpu    time.Duration // user and system, of the process and of children that have ended
}

// parseStat reads a line of /proc/PID/stat. The name of the program, which may hold
// blanks and parentheses, ends at the last ")".
func parseStat(text string) (stat, error) {
	end := strings.LastIndexByte(text, ')')
	if end < 0 {
		return stat{}, fmt.Errorf("no program name in %q", text)
	}
	f := strings.Fields(text[end+1:]) // f[0] is field 3 of proc(5)
	if len(f) < 15 {
		return stat{}, fmt.Errorf("%d fields after the name in %q", len(f), text)
	}
	var s stat
	var err error
	if s.parent, err = strconv.Atoi(f[1]); err != nil {
		return stat{}, err
	}
	for _, field := range f[11:15] { // utime, stime, cutime, cstime
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return stat{}, err
		}
		s.cpu += time.Duration(ticks) * tick
	}
	return s, nil
}

// CPU is the processor time that the program and all its descendants have used.
func (p *Process) CPU() time.Duration {
	all := processes()
	var total time.Duration
	for pid, s := range all {
		for at := pid; at > 1; at = all[at].parent {
			if at == p.PID() {
				total += s.cpu
				break
			}
		}
	}
	return total
}

func processes() map[int]stat {
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	all := make(map[int]stat, len(names))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		if s, err := parseStat(string(text)); err == nil {
			all[pid] = s
		}
	}
	return all
}

// Memory is what the program holds in memory now, and the most it ever held, in bytes.
func (p *Process) Memory() (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0, 0, err
	}
	return parseMemory(string(text))
}

func parseMemory(status string) (now, peak int64, err error) {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		var into *int64
		switch name {
		case "VmRSS":
			into = &now
		case "VmHWM":
			into = &peak
		default:
			continue
		}
		kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			return 0, 0, err
		}
		*into = kb << 10
	}
	if now == 0 {
		return 0, 0, fmt.Errorf("no VmRSS in %q", status)
	}
	return now, peak, nil
}

// ResetPeak makes the most memory ever held start again from what is held now.
func (p *Process) ResetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.PID()), []byte("5"), 0)
}

// Load is the load average of the machine over the last minute.
func Load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	load, _ := strconv.ParseFloat(first, 64)
	return load
}
