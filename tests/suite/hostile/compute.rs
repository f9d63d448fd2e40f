//! Input that is small and wants much time or memory: templates, matchings, ranges.
