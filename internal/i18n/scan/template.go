package scan

import (
	"text/template/parse"
)

// Template returns the messages of a page: {{T "…"}}, {{$.T "…"}}, {{TN "…" "…" n}}
// and {{M "…"}}, at any depth of a pipeline.
func Template(name, text string) ([]Message, error) {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	all := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", all); err != nil {
		return nil, err
	}
	var list []Message
	for _, t := range all {
		if t.Root != nil {
			walk(t.Root, &list)
		}
	}
	return list, nil
}

func walk(n parse.Node, list *[]Message) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, x := range n.Nodes {
			walk(x, list)
		}
	case *parse.ActionNode:
		walk(n.Pipe, list)
	case *parse.TemplateNode:
		walk(n.Pipe, list)
	case *parse.IfNode:
		branch(&n.BranchNode, list)
	case *parse.RangeNode:
		branch(&n.BranchNode, list)
	case *parse.WithNode:
		branch(&n.BranchNode, list)
	case *parse.ChainNode:
		walk(n.Node, list)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			command(c, list)
		}
	}
}

func branch(n *parse.BranchNode, list *[]Message) {
	walk(n.Pipe, list)
	walk(n.List, list)
	walk(n.ElseList, list)
}

func command(c *parse.CommandNode, list *[]Message) {
	var texts []string
	for _, a := range c.Args[1:] {
		s, ok := a.(*parse.StringNode)
		if !ok {
			break
		}
		texts = append(texts, s.Text)
	}
	if m, ok := message(function(c.Args[0]), texts); ok {
		*list = append(*list, m)
	}
	for _, a := range c.Args {
		walk(a, list)
	}
}

// function names what a command calls: a function, or the last field of a chain.
func function(n parse.Node) string {
	var path []string
	switch n := n.(type) {
	case *parse.IdentifierNode:
		return n.Ident
	case *parse.FieldNode:
		path = n.Ident
	case *parse.VariableNode:
		path = n.Ident
	case *parse.ChainNode:
		path = n.Field
	}
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
