//! ESC/POS, command by command.

use image::{GrayImage, Luma};

use crate::paper::{Paper, Piece};

/// What a printer is asked or told on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aside {
    /// `DLE EOT n`.
    State(u8),
    /// `GS r n`.
    InTurn,
}

/// Reads commands as they come.
#[derive(Default)]
pub struct Reader {
    pending: Vec<u8>,
    /// What came out.
    pub paper: Paper,
    line: Vec<u8>,
    page: u8,
    bold: bool,
    tall: bool,
    middle: bool,
    qr: Vec<u8>,
}

impl Reader {
    /// What a run of bytes puts on paper.
    pub fn read(bytes: &[u8]) -> Paper {
        let mut reader = Self::default();
        reader.take(bytes);
        assert!(reader.pending.is_empty(), "the last command is cut off: {:02x?}", reader.pending);
        reader.paper
    }

    /// Takes more bytes, and gives what is asked in them.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Vec<Aside> {
        self.pending.extend_from_slice(bytes);
        let mut asides = Vec::new();
        loop {
            let pending = std::mem::take(&mut self.pending);
            match self.command(&pending, &mut asides) {
                Some(length) if length > 0 => self.pending = pending[length..].to_vec(),
                _ => {
                    self.pending = pending;
                    return asides;
                }
            }
        }
    }

    /// Does the first command, and gives its length; None where it is not whole.
    fn command(&mut self, bytes: &[u8], asides: &mut Vec<Aside>) -> Option<usize> {
        let at = |place: usize| bytes.get(place).copied();
        let word = |place: usize| Some(usize::from(at(place)?) + 256 * usize::from(at(place + 1)?));
        match (at(0)?, at(1)) {
            (0x10, kind) => match kind? {
                4 => {
                    asides.push(Aside::State(at(2)?));
                    Some(3)
                }
                0x14 => {
                    assert_eq!(at(2)?, 1, "DLE DC4: a pulse");
                    at(4)?;
                    self.paper.pulses += 1;
                    Some(5)
                }
                other => panic!("DLE {other:02x}"),
            },
            (0x1b, kind) => match kind? {
                b'@' => {
                    (self.page, self.bold, self.tall, self.middle) = (0, false, false, false);
                    Some(2)
                }
                b't' => {
                    self.page = at(2)?;
                    Some(3)
                }
                b'E' => {
                    self.bold = at(2)? & 1 == 1;
                    Some(3)
                }
                b'a' => {
                    self.middle = matches!(at(2)?, 1 | b'1');
                    Some(3)
                }
                b'p' => {
                    at(4)?;
                    self.paper.pulses += 1;
                    Some(5)
                }
                b'd' => {
                    for _ in 0..at(2)? {
                        self.feed();
                    }
                    Some(3)
                }
                other => panic!("ESC {other:02x}"),
            },
            (0x1c, kind) => {
                assert_eq!(kind?, b'.', "FS");
                Some(2)
            }
            (0x1d, kind) => self.group(kind?, bytes, word, asides),
            (b'\n', _) => {
                self.feed();
                Some(1)
            }
            (letter, _) if letter >= b' ' => {
                self.line.push(letter);
                Some(1)
            }
            (other, _) => panic!("a printer gets the byte {other:02x}"),
        }
    }

    fn group(
        &mut self,
        kind: u8,
        bytes: &[u8],
        word: impl Fn(usize) -> Option<usize>,
        asides: &mut Vec<Aside>,
    ) -> Option<usize> {
        let at = |place: usize| bytes.get(place).copied();
        match kind {
            b'!' => {
                let size = at(2)?;
                assert!(size & 0xf0 == 0 && size & 0x0f < 2, "no column is twice as wide");
                self.tall = size & 0x0f == 1;
                Some(3)
            }
            b'V' => {
                let cut = at(2)?;
                self.paper.pieces.push(Piece::Cut);
                Some(if matches!(cut, 65 | 66) { at(3).map(|_| 4)? } else { 3 })
            }
            b'H' | b'w' | b'h' | b'f' => at(2).map(|_| 3),
            b'r' => {
                at(2)?;
                asides.push(Aside::InTurn);
                Some(3)
            }
            b'v' => {
                let (across, down) = (word(4)?, word(6)?);
                let data = bytes.get(8..8 + across * down)?;
                let picture = GrayImage::from_fn(across as u32 * 8, down as u32, |x, y| {
                    let byte = data[y as usize * across + x as usize / 8];
                    Luma([if byte >> (7 - x % 8) & 1 == 1 { 0 } else { 255 }])
                });
                self.paper.pieces.push(Piece::Picture(picture));
                Some(8 + across * down)
            }
            b'k' => {
                let (system, length) = (at(2)?, usize::from(at(3)?));
                assert_eq!(system, 73, "a Code 128");
                let text = code_128(bytes.get(4..4 + length)?);
                self.paper.pieces.push(Piece::Barcode(text));
                Some(4 + length)
            }
            b'(' => {
                assert_eq!(at(2)?, b'k');
                let length = word(3)?;
                let data = bytes.get(5..5 + length)?;
                assert_eq!(data[0], 49, "a QR code");
                match data[1] {
                    80 => self.qr = data[3..].to_vec(),
                    81 => {
                        let text = String::from_utf8(self.qr.clone()).unwrap();
                        self.paper.pieces.push(Piece::Qr(text));
                    }
                    _ => {}
                }
                Some(5 + length)
            }
            other => panic!("GS {other:02x}"),
        }
    }

    fn feed(&mut self) {
        let text = decoded(self.page, &std::mem::take(&mut self.line));
        let (bold, tall) = (self.bold, self.tall);
        self.paper.pieces.push(Piece::Line { text, bold, tall });
    }
}

/// What a printer's letters mean in its page.
fn decoded(page: u8, bytes: &[u8]) -> String {
    use oem_cp::code_table::{DECODING_TABLE_CP437, DECODING_TABLE_CP852, DECODING_TABLE_CP858};
    match page {
        0 => oem_cp::decode_string_complete_table(bytes, &DECODING_TABLE_CP437),
        18 => oem_cp::decode_string_complete_table(bytes, &DECODING_TABLE_CP852),
        19 => oem_cp::decode_string_complete_table(bytes, &DECODING_TABLE_CP858),
        16 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        17 => encoding_rs::IBM866.decode_without_bom_handling(bytes).0.into_owned(),
        other => panic!("code page {other}"),
    }
}

/// What the data of a Code 128 say.
fn code_128(data: &[u8]) -> String {
    let (mut text, mut pairs) = (String::new(), false);
    let mut data = data.iter().copied();
    while let Some(byte) = data.next() {
        if byte == b'{' && !pairs {
            match data.next().expect("a code set") {
                b'B' => {}
                b'C' => pairs = true,
                b'{' => text.push('{'),
                other => panic!("code set {other}"),
            }
        } else if pairs {
            assert!(byte < 100, "two digits");
            text.push_str(&format!("{byte:02}"));
        } else {
            text.push(char::from(byte));
        }
    }
    text
}
