package definition

import (
	"strconv"
	"strings"
)

// checkAmendment checks an amendment by itself. Whether what it changes is as it
// says (amendment-stale) is known only beside the version it amends.
func (c *checker) checkAmendment() {
	c.checkDates()
	_, version, _ := strings.Cut(c.root.Str("amends"), "@")
	amended, _ := strconv.Atoi(version)
	if becomes := c.root.Get("becomes"); becomes != nil && c.root.Int("becomes") <= amended {
		c.add(becomes, "amends-invalid", "version %s does not follow version %d", becomes.Scalar, amended)
	}
}
