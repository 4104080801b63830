//! Reads a stream of server-sent events (WHATWG HTML, section 9.2.6 "Interpreting an event stream").

/// One message of the stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Message {
    /// Its name; empty where the stream gave none.
    pub event: String,
    /// Its lines, joined.
    pub data: String,
}

/// Bytes in, as they arrive; whole messages out.
#[derive(Debug, Default)]
pub struct Reader {
    rest: Vec<u8>,
    message: Message,
    has_data: bool,
}

/// The most that is kept of a message that does not end: far above any event of ours.
const LIMIT: usize = 1 << 20;

impl Reader {
    /// The messages that `bytes` complete.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Vec<Message>, TooLong> {
        self.rest.extend_from_slice(bytes);
        let mut messages = Vec::new();
        while let Some(end) = self.rest.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            messages.extend(self.line(line.trim_end_matches(['\r', '\n'])));
        }
        if self.rest.len() + self.message.data.len() > LIMIT { Err(TooLong) } else { Ok(messages) }
    }

    fn line(&mut self, line: &str) -> Option<Message> {
        if line.is_empty() {
            let message = std::mem::take(&mut self.message);
            return std::mem::take(&mut self.has_data).then_some(message);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.message.event),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.message.data.push('\n');
                }
                self.message.data.push_str(value);
            }
            _ => {}
        }
        None
    }
}

/// A message that is longer than any of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the event stream sends a message without end")]
pub struct TooLong;

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b": still here\n\nretry: 2000\n\nid: 7\ndata: {\"a\":1}\n\nevent: hello\r\ndata: one\r\ndata: two\r\n\r\ndata";

    #[test]
    fn messages_are_the_same_however_the_bytes_arrive() {
        let expected = [
            Message { event: String::new(), data: "{\"a\":1}".into() },
            Message { event: "hello".into(), data: "one\ntwo".into() },
        ];
        for size in 1..STREAM.len() {
            let mut reader = Reader::default();
            let read: Vec<Message> =
                STREAM.chunks(size).flat_map(|bytes| reader.read(bytes).unwrap()).collect();
            assert_eq!(read, expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_message_without_end_is_given_up() {
        let mut reader = Reader::default();
        let line = [b'x'; 1 << 16];
        assert!((0..32).any(|_| reader.read(&line) == Err(TooLong)));
    }
}
