//! generated-example
