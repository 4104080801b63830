//! The domain of a mini-store: pure functions, plain types and the list of calls.
