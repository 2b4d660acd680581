package definition

import "fmt"

// checker examines a resolved definition. Each check adds what it finds and
// none stops another, so that an author sees everything at once.
type checker struct {
	*index
	*timeline
	found Findings
}

// check runs the checks of section 9 that follow the shape, in its order.
func check(root *Node) Findings {
	x := newIndex(root)
	t, err := timelineOf(x)
	if err != nil {
		n := root.Get("zone")
		return Findings{{n.File, n.Line, n.Column, "zone-unknown", Error, fmt.Sprintf("%q is not a time zone: Italy's is Europe/Rome", n.Scalar)}}
	}
	c := &checker{index: x, timeline: t}
	switch root.Str("kind") {
	case "amendment":
		c.checkAmendment()
	case "pack":
		c.checkPack()
	default:
		c.checkProcess()
	}
	return c.found
}

func (c *checker) checkPack() {
	c.checkIDs()
	c.checkReferences()
	c.checkDates()
}

func (c *checker) checkProcess() {
	for _, run := range []func(){
		c.checkBlocks, c.checkIDs, c.checkReferences, c.checkDates, c.checkAnchors, c.checkSpans,
		c.checkWho, c.checkRules, c.checkRuleSites, c.checkForms, c.checkNotice, c.checkPath,
		c.checkFinance, c.checkRetention, c.checkTranslations, c.checkIntervals,
	} {
		run()
	}
}

// complete reports whether the file must stand on its own feet: a pack need not.
func (c *checker) complete() bool { return c.root.Str("kind") == "process" }

func (c *checker) add(n *Node, code, format string, args ...any) {
	c.report(Error, n, code, format, args...)
}

func (c *checker) warn(n *Node, code, format string, args ...any) {
	c.report(Warning, n, code, format, args...)
}

func (c *checker) report(w Weight, n *Node, code, format string, args ...any) {
	if n == nil {
		n = c.root
	}
	c.found = append(c.found, Finding{n.File, n.Line, n.Column, code, w, fmt.Sprintf(format, args...)})
}

// required are the blocks of a complete process (definition, section 4).
var required = []string{
	"title", "profile", "ambito", "plans", "law", "opening", "notice", "contacts", "calendar", "categories",
	"audiences", "roles", "channels", "participation", "phases", "sessions", "approval", "rules", "retention", "publication",
}

// checkBlocks finds what is still missing when packs are merged in; for a file
// that stands alone the schema has said so already.
func (c *checker) checkBlocks() {
	for _, b := range required {
		if !c.root.Has(b) {
			c.add(c.root, "block-missing", "%s", missingBlock(b))
		}
	}
}
