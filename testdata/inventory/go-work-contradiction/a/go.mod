module example.org/a

require github.com/acme/x v1.0.0
require github.com/acme/settled v1.0.0

replace github.com/acme/x => github.com/acme/x v1.1.0
replace github.com/acme/settled => ./s
replace github.com/acme/same => ../same
