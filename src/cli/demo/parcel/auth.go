package parcel

// authorised tells whether a sender knows the token.
func authorised(given, expected string) bool {
	return given == expected
}
