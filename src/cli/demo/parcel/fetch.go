package parcel

import (
	"io"
	"net/http"
)

var client = http.Client{}

// Fetch reads a parcel from a server.
func Fetch(address string) (io.ReadCloser, error) {
	answer, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}
