package definition

import "fmt"

// Origin says which file an inherited part of a definition comes from.
type Origin struct {
	Path string // block, block/key or block/id
	File string
	Line int
}

func (o Origin) String() string { return fmt.Sprintf("%s from %s:%d", o.Path, o.File, o.Line) }

// Inherited lists what a definition has from the packs it extends, in its order;
// of an inherited part its own parts are not listed again.
func Inherited(d *Definition) []Origin {
	var all []Origin
	inherited("", d.Tree, d.Tree.File, &all)
	return all
}

func inherited(path string, n *Node, own string, all *[]Origin) {
	if n.File != own {
		*all = append(*all, Origin{path, n.File, n.Line})
		return
	}
	for _, e := range n.Entries {
		inherited(join(path, e.Key), e.Value, own, all)
	}
	for _, i := range n.Items {
		inherited(join(path, i.Str("id")), i, own, all)
	}
}

func join(path, step string) string {
	if path == "" || step == "" {
		return path + step
	}
	return path + "/" + step
}
