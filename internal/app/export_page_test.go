package app

// Tests turn the page after two sheets.
func init() { exportPage = 2 }
