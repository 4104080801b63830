//! Under which addresses a listening hub is reached, and the QR codes that phones read them from.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};

/// Where other machines on the same network find a hub that listens at `listen`: one address for each network, the
/// likeliest first. Empty where only this machine can reach it.
pub fn network_addresses(listen: SocketAddr) -> Vec<SocketAddr> {
    let ips = match listen.ip() {
        ip if ip.is_loopback() => Vec::new(),
        ip if !ip.is_unspecified() => vec![ip],
        _ => interface_addresses(),
    };
    ips.into_iter().map(|ip| SocketAddr::new(ip, listen.port())).collect()
}

/// Where this machine itself finds it.
pub fn own_address(listen: SocketAddr) -> SocketAddr {
    let ip = if listen.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listen.ip() };
    SocketAddr::new(ip, listen.port())
}

/// Bridges to containers and virtual machines: no phone is on their other side.
const BRIDGES: [&str; 4] = ["docker", "br-", "veth", "virbr"];

fn interface_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this machine's network addresses cannot be read");
        Vec::new()
    });
    let mut found: Vec<Ipv4Addr> = interfaces
        .iter()
        .filter(|interface| !BRIDGES.iter().any(|bridge| interface.name.starts_with(bridge)))
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(ip) if !ip.is_loopback() && !ip.is_link_local() => Some(ip),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.sort_by_key(|ip| !ip.is_private());
    found.into_iter().map(IpAddr::V4).collect()
}

/// A QR code drawn with half blocks, dark on light whatever the terminal's own colours, with a quiet zone of four
/// modules (ISO/IEC 18004, section 6.3.8). None for a text too long for a QR code.
pub fn terminal_qr(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let edge = code.size + 2 * QUIET;
    let mut drawn = String::new();
    for top in (0..edge).step_by(2) {
        drawn.push_str("   \x1b[30;107m");
        for column in 0..edge {
            drawn.push(match (is_dark(&code, top, column), is_dark(&code, top + 1, column)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        let _ = writeln!(drawn, "\x1b[0m");
    }
    Some(drawn)
}

const QUIET: usize = 4;

/// Whether a module is dark, counted from the quiet zone's corner.
fn is_dark(code: &QRCode, row: usize, column: usize) -> bool {
    let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < code.size);
    match (inside(row), inside(column)) {
        (Some(row), Some(column)) => code[row][column].value(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_on_this_machine_alone_has_no_network_address() {
        assert_eq!(network_addresses("127.0.0.1:8787".parse().unwrap()), []);
        assert_eq!(own_address("0.0.0.0:8787".parse().unwrap()).to_string(), "127.0.0.1:8787");
    }

    #[test]
    fn a_chosen_address_is_the_only_one() {
        let chosen = "192.168.1.5:80".parse().unwrap();
        assert_eq!(network_addresses(chosen), [chosen]);
    }

    #[test]
    fn every_row_of_a_drawn_code_is_as_wide_as_the_others() {
        let drawn = terminal_qr("http://192.168.1.5:8787/#shop").unwrap();
        let widths: Vec<usize> = drawn.lines().map(|line| line.chars().count()).collect();
        assert!(widths.len() > 15 && widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }
}
