package parcel

import "os"

const tempMode = 0o644

// temporary opens the file that a parcel is written to until it is whole.
func temporary(path string) (*os.File, error) {
	return os.OpenFile(path+".part", os.O_CREATE|os.O_WRONLY, tempMode)
}
