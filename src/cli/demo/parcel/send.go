package parcel

import (
	"crypto/tls"
	"io"
	"os"
)

// Send writes a file to the host.
func Send(host, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	conn, err := tls.Dial("tcp", host, nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = io.Copy(conn, file)
	return err
}
