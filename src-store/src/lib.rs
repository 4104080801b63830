//! The engine: executes calls against SQL.
