module example.org/app

go 1.22.3

require (
	github.com/acme/bad v1.3.0
	github.com/acme/good v1.3.0
)

exclude github.com/acme/bad v1.3.0

exclude (
	github.com/acme/good v1.2.9
)
