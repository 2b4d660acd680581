// Package register is the tamper-evident register of an Ambito: one append-only
// Merkle log (RFC 6962) whose leaves are acts.
//
// A leaf says that something was received, when, by which channel and in which
// process; of its content it holds only salted commitments, so the log can be
// published while the content stays private and can one day be erased. The
// store writes leaf and tree hashes in the same transaction as the act, signs a
// checkpoint of the new tree, and only then answers. What the participant takes
// home, the [Receipt], holds the leaf, the path from it to the signed root, the
// content and the salts: enough for anyone to check it years later without us,
// and to show a rewritten past to a judge.
//
// Everything here is a pure function of bytes, instants and stored hashes that
// come in as values: no clock, no database, no network, and no knowledge of what
// an adhesion is. The [Guard] alone touches a file. Each text has one spelling
// only: a parser refuses whatever its writer would not have written, so that two
// programs cannot read the same bytes differently and no bit of a receipt can
// change unnoticed.
//
// Formats: C2SP signed-note, tlog-checkpoint, tlog-proof and tlog-tiles,
// unmodified; the leaf is our own ("pdz-atto/1") and has Italian words, because
// Italian offices read it. The program verify/verifica.mjs checks the same
// receipts and shares no line with this package.
package register
