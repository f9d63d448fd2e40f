package parcel

import "io"

// header reads what stands before the file.
func header(from io.Reader) ([]byte, error) {
	return io.ReadAll(from)
}
