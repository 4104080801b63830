//! Server-sent events (HTML Living Standard, section 9.2) out of a stream of bytes.

/// One event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct ServerEvent {
    /// Its type, or empty for a plain message.
    pub(super) kind: String,
    /// What it says.
    pub(super) data: String,
}

/// Takes bytes as they come and gives events as they are complete.
#[derive(Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    event: ServerEvent,
}

impl Parser {
    /// The events that these bytes complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<ServerEvent> {
        let mut complete = Vec::new();
        for &byte in bytes {
            if byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            if line.is_empty() {
                let event = std::mem::take(&mut self.event);
                if !event.data.is_empty() {
                    complete.push(event);
                }
            } else {
                self.field(&String::from_utf8_lossy(line));
            }
        }
        complete
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.event.kind),
            "data" => {
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // A comment, or a field that this page has no use for.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, data: &str) -> ServerEvent {
        ServerEvent { kind: kind.into(), data: data.into() }
    }

    #[test]
    fn events_are_whole_however_the_stream_is_cut() {
        let text = ": keep alive\n\nevent: hello\ndata: {\"cursor\":7}\n\nid: 8\r\ndata: 苹果\r\ndata: b\r\n\r\nretry: 1000\n\n";
        let expected = [event("hello", "{\"cursor\":7}"), event("", "苹果\nb")];
        for size in 1..text.len() {
            let mut parser = Parser::default();
            let events: Vec<_> = text.as_bytes().chunks(size).flat_map(|bytes| parser.push(bytes)).collect();
            assert_eq!(events, expected, "in pieces of {size}");
        }
    }
}
