// Package pdz is the domain of Concerto: what a process definition means, and
// what it says about an arrival, a datum or a filled-in form.
//
// Everything here is a pure function of its arguments: no clock, no network, no
// database, no randomness. Time comes in as a value, so a verdict can be computed
// again by anyone, years later, from what was stored with it (register, P1).
// Civil days, terms and relative moments live in civil.go, term.go and shift.go, the
// holidays of the law in holiday.go, windows in window.go, rules and their three values
// in rule.go, eval.go and leaf.go, the facts they read in fact.go, typed values in
// text.go, address.go, typed.go and taxcode.go, forms in form.go and check.go.
//
// What is wrong with an input comes back as problems, all at once, each a code
// with arguments and never a sentence: the page turns it into the reader's words.
package pdz
