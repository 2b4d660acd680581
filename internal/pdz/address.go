package pdz

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Lengths of RFC 5321, section 4.5.3.1: the part before @, and the whole path.
const (
	maxLocal = 64
	maxEmail = 254
)

var (
	// emailLocal is a dot-atom of RFC 5321. Quoted local parts are legal and nobody has
	// one; they would bring spaces and brackets into message headers (register, P17).
	emailLocal  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	emailDomain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
)

// CheckEmail reads one e-mail address. The domain comes back in lower case, as names of
// hosts have none; the part before it stays as typed, because its owner may tell cases
// apart (RFC 5321, section 2.4).
func CheckEmail(s string) (string, *Problem) {
	s, p := Clean(s, false)
	switch {
	case p != nil:
		return s, p
	case strings.Count(s, "@") > 1 && strings.ContainsAny(s, " ,;"):
		return s, problem(CodeEmailSeveral)
	}
	local, domain, found := strings.Cut(s, "@")
	domain = strings.ToLower(domain)
	switch n := utf8.RuneCountInString(s); {
	case n > maxEmail:
		return s, problem(CodeEmailLong, n, maxEmail)
	case len(local) > maxLocal && found:
		return s, problem(CodeEmailLong, utf8.RuneCountInString(local), maxLocal)
	case !found || !emailLocal.MatchString(local) || strings.ContainsAny(domain, " ,;<>@"):
		return s, problem(CodeEmailForm)
	case !emailDomain.MatchString(domain):
		return s, problem(CodeEmailDomain, domain)
	}
	return local + "@" + domain, nil
}

// Digits of a telephone number: six for the shortest of the fixed network, fifteen for
// the longest in the world (ITU-T E.164).
const (
	minPhone = 6
	maxPhone = 15
)

// CheckPhone reads one telephone number. It comes back as typed, with full-width
// characters narrowed: how people group their digits is how they read them out.
func CheckPhone(s string) (string, *Problem) {
	s, p := Clean(strings.Map(narrow, s), false)
	if p != nil {
		return s, p
	}
	n := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && i == 0, strings.ContainsRune(" -./()", r):
		default:
			return s, problem(CodePhoneForm, string(r))
		}
	}
	if n < minPhone || n > maxPhone {
		return s, problem(CodePhoneLength, n, minPhone, maxPhone)
	}
	return s, nil
}
