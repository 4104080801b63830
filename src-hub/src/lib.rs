//! The shop's hub: HTTP, live events and the page itself.
