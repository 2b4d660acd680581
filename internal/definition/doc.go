// Package definition reads process definitions: the YAML files in which a notice
// becomes data (format 1; the schema is schema.json, a manual is in doc/manuale).
//
// A file goes through four stages. parse reads the YAML subset into a tree whose
// values know the line and column they were written at; bounds on bytes, depth
// and values hold before anything is built, and an alias is refused before it
// could expand. checkShape validates that tree against the embedded JSON Schema
// and turns the schema's errors into sentences. resolve lays the file on the
// packs it extends. check then looks at what a schema cannot see: references,
// dates that exist, moments that hang on themselves, facts a rule may not read,
// a notice that lacks what the law asks. Each check adds findings and none stops
// another, so an author sees everything at once, sorted, with a stable code.
//
// What comes out is one canonical text (RFC 8785, strings in NFC) whose SHA-256
// is the hash of the definition. The Process that the rest of the program uses is
// always built from that text, by FromResolved, never from the YAML: so the
// server at start and the audit years later have the same Process as the office
// that published. The tree stays beside it for display, in the author's order and
// with everything in it that the program gives no meaning to.
package definition
