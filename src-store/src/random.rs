//! Random numbers from the operating system. Without them nothing secret can be made, so their lack is a failure.

use crate::fault::Fault;

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Other(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

/// 64 random bits.
pub(crate) fn bits() -> Result<u64, Fault> {
    bytes().map(u64::from_le_bytes)
}

/// A short number for a log entry. It need not be secret, so without random numbers it is a plain word.
pub(crate) fn incident() -> String {
    bytes::<4>().map_or_else(
        |_| "no-random".to_owned(),
        |bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    )
}
