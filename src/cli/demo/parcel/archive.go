package parcel

import (
	"archive/tar"
	"io"
	"os"
)

// unpack writes one entry of an archive.
func unpack(entry *tar.Header, from io.Reader, path string) error {
	if entry.Typeflag == tar.TypeSymlink {
		return os.Symlink(entry.Linkname, path)
	}
	file, err := temporary(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, from)
	return err
}
