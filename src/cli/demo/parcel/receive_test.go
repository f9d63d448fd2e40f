package parcel

import "testing"

func TestNamesStayInTheFolder(t *testing.T) {
	for _, name := range []string{"a", "../a", "/etc/a", "x/../../a"} {
		if got := target("inbox", name); got != "inbox/a" {
			t.Errorf("%s is written to %s", name, got)
		}
	}
}
