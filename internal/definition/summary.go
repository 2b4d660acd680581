package definition

import "fmt"

// Summary is the line that closes a check: what the definition counts. Sessions
// count undated ones, but no parts and no repetitions.
func Summary(d *Definition) string {
	n := d.Tree
	count := func(block string) int { return len(n.List(block)) }
	return fmt.Sprintf("ok phases=%d sessions=%d windows=%d tables=%d audiences=%d channels=%d rules=%d",
		count("phases"), count("sessions"), count("windows"), len(n.At("tables").List("list")),
		count("audiences"), count("channels"), count("rules"))
}
