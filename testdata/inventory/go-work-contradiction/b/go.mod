module example.org/b

require github.com/acme/x v1.0.0

replace github.com/acme/x => github.com/acme/x v1.2.0
replace github.com/acme/settled => github.com/acme/settled v1.1.0
replace github.com/acme/same => ../b/../same
