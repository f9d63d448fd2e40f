module (
	"example.org/app"
)

require (
)

retract [v1.0.0, v1.0.5] // lost data
retract (
	v1.1.0
)
godebug (
	panicnil=1
)
require(
	"github.com/acme/quoted" "v1.0.0"
	`github.com/acme/raw` v1.0.0// indirect
	github.com/acme/once v1.0.0
	github.com/acme/once v1.0.0
	github.com/acme/twice v1.0.0
	github.com/acme/twice v1.1.0
)
  require   github.com/acme/spaced	v1.0.0
replace	"github.com/acme/raw"	=>	"github.com/acme/raw" "v1.0.2"
