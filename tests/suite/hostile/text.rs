//! Text that would be obeyed by a terminal or a CI service, and text that must not show.
