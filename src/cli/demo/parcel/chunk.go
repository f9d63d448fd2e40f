package parcel

import "strconv"

// chunkSize reads the length of the next chunk.
func chunkSize(line string) (int64, error) {
	return strconv.ParseInt(line, 0, 64)
}
