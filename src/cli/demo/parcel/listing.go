package parcel

import "fmt"

// listing is the page that shows what was received.
func listing(names []string) string {
	page := "<ul>"
	for _, name := range names {
		page += fmt.Sprintf("<li>%s</li>", name)
	}
	return page + "</ul>"
}
