//! Which requests to send for the points wanted.

/// What a read request costs on a link, in nanoseconds: a part for the request itself and one for what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cost {
    /// Request and reply without their values, turnaround and the pauses between frames.
    pub per_request_ns: u64,
    /// One register.
    pub per_register_ns: u64,
    /// Eight coils or inputs, or the rest of them.
    pub per_8_bits_ns: u64,
}
