package parcel

import (
	"log"
	"net/http"
)

// note writes a request to the log.
func note(request *http.Request) {
	log.Printf("%s %s %v", request.Method, request.URL, request.Header)
}
