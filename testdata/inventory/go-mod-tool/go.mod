module example.org/app

go 1.24

tool github.com/acme/gen/cmd/gen

tool (
	golang.org/x/tools/cmd/stringer
	example.org/app/internal/tool // the module's own
)

require (
	github.com/acme/gen v1.1.0 // indirect
	github.com/acme/gen/cmd v1.2.0 // indirect
	golang.org/x/tools v0.29.0
	golang.org/x/toolsmith v0.1.0 // indirect
)

godebug default=go1.21

ignore ./node_modules
