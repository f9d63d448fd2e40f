package parcel

import "fmt"

// progress shows how much was sent.
func progress(sent, whole int64) string {
	return fmt.Sprintf("%d%%", sent*100/whole)
}
