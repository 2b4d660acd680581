// Package architecture holds the shape of the program as tests and has no code of its own.
//
// The layers form a straight line, cli → web → app → store → pdz, with register
// and clock standing alone. A shape that is only described is lost in a month, so
// each package's imports, ours and others', are a table here (direction_test.go), and a
// package without a row fails. The habits that hold the shape together are checked
// the same way (habits_test.go): time and randomness come in as values, markup is
// trusted in one place, SQL says what both databases understand.
package architecture
