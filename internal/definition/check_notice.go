package definition

import (
	"slices"
	"strings"
)

// noticeBlocks are what a notice must hold today (A29), with how to tell that it
// does; shared administration asks for requirements besides (D.M. 72/2021).
func (c *checker) noticeBlocks() []noticeBlock {
	n := c.root.Get("notice")
	blocks := []noticeBlock{
		{"responsible", n.Has("responsible")},
		{"privacy", n.Has("privacy")},
		{"remedies", n.Has("remedies")},
		{"publicity", n.Has("publication")},
		{"accessibility", slices.ContainsFunc(c.root.List("venues"), func(v *Node) bool { return v.Has("access") })},
	}
	if c.shared() {
		blocks = append(blocks, noticeBlock{"requirements", c.root.At("participation", "admission").Has("rule")})
	}
	return blocks
}

type noticeBlock struct {
	name    string
	present bool
}

// shared reports whether the law of shared administration applies.
func (c *checker) shared() bool {
	p := c.root.Str("profile")
	return p == "coprogrammazione" || p == "mixed"
}

// checkNotice finds what keeps a notice from being published.
func (c *checker) checkNotice() {
	if why := c.root.At("opening", "unknown"); why != nil {
		c.report(Publication, why, "opening-unknown", "the act that opens the process is not known: %s", why.str())
	}
	notice := c.root.Get("notice")
	if notice == nil {
		return
	}
	var omitted []string
	for _, o := range notice.List("omissions") {
		omitted = append(omitted, o.Str("block"))
	}
	for _, b := range c.noticeBlocks() {
		switch {
		case b.present:
		case b.name == "responsible" && c.shared():
			c.report(Publication, notice, "responsible-missing", "a notice of %s names its responsible: an omission is not enough", c.root.Str("profile"))
		case !slices.Contains(omitted, b.name):
			c.report(Publication, notice, "notice-incomplete", "the notice lacks %s: %s, or declare it in omissions", b.name, remedy[b.name])
		}
	}
}

// remedy says where each block of a notice is written.
var remedy = map[string]string{
	"responsible": "write notice.responsible", "privacy": "write notice.privacy", "remedies": "write notice.remedies",
	"publicity": "write notice.publication", "accessibility": "write access on a venue",
	"requirements": "give participation.admission a rule",
}

// checkTranslations looks up what each translation stands for.
func (c *checker) checkTranslations() {
	for _, lang := range c.root.Get("translations").entries() {
		for _, e := range lang.Value.entries() {
			if n := c.lookup(e.Key); n == nil || n.Kind != Text {
				c.report(Error, &Node{File: lang.Value.File, Line: e.Line, Column: e.Column}, "translation-unknown", "%q is not the path of a text (block/id/key)", e.Key)
			}
		}
	}
}

// lookup finds the value at a path: from the root, or from a block of the index
// by an id, since ids are unique.
func (c *checker) lookup(path string) *Node {
	steps := strings.Split(path, "/")
	if n := follow(c.root, steps); n != nil {
		return n
	}
	if len(steps) < 2 {
		return nil
	}
	return follow(c.item(steps[0], steps[1]), steps[2:])
}

// follow goes down keys, and down lists by id.
func follow(n *Node, steps []string) *Node {
	for _, s := range steps {
		if n.kindOf() != List {
			n = n.Get(s)
			continue
		}
		i := slices.IndexFunc(n.items(), func(x *Node) bool { return x.Str("id") == s })
		if i < 0 {
			return nil
		}
		n = n.Items[i]
	}
	return n
}
