package parcel

import "path/filepath"

// target says where a received file is written.
func target(folder, name string) string {
	return filepath.Join(folder, name)
}
