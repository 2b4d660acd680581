package pdz

import "fmt"

// Truth is the value of a condition. A missing datum is not a no (definition, section 3.3).
type Truth int

const (
	Unknown Truth = iota
	True
	False
)

var truthNames = []string{"unknown", "true", "false"}

// String returns "true", "false" or "unknown".
func (t Truth) String() string {
	if t < Unknown || t > False {
		return fmt.Sprintf("Truth(%d)", int(t))
	}
	return truthNames[t]
}

// MarshalText writes a truth in stored verdicts.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Truth) UnmarshalText(b []byte) error {
	for i, name := range truthNames {
		if name == string(b) {
			*t = Truth(i)
			return nil
		}
	}
	return fmt.Errorf("truth %q: want true, false or unknown", b)
}

// Not is the negation: unknown stays unknown.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// allOf is true when nothing is false or unknown: one false makes it false, whatever
// is still missing.
func allOf(ts ...Truth) Truth {
	result := True
	for _, t := range ts {
		switch {
		case t == False:
			return False
		case t == Unknown:
			result = Unknown
		}
	}
	return result
}

// anyOf is the mirror of allOf.
func anyOf(ts ...Truth) Truth {
	result := False
	for _, t := range ts {
		switch {
		case t == True:
			return True
		case t == Unknown:
			result = Unknown
		}
	}
	return result
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}
