//! Frames on a link.
