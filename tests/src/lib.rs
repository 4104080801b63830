//! What crosses rooms: browser, window, hub and device over a real network.
