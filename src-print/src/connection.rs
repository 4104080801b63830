//! The ways to a printer, each as a stream of bytes both ways.

use std::io;
use std::time::Duration;

use ministore_core::printer::Connection;
use nusb::transfer::{Bulk, In, Out};
use nusb::{MaybeFuture, descriptors::TransferType};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_serial::SerialPortBuilderExt;

/// How long a printer may take to be there.
pub const TO_OPEN: Duration = Duration::from_secs(4);

/// A way to a printer.
pub trait Way: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Way for T {}

/// The class of printers (USB Device Class Definition for Printing Devices 1.1, 4.2.1).
const PRINTERS: u8 = 7;

/// The bytes that one transfer over USB carries.
const TRANSFER: usize = 4096;

/// Opens the way to a printer.
///
/// # Errors
/// What the system says, and [`io::ErrorKind::TimedOut`] where it takes longer than [`TO_OPEN`].
pub async fn open(connection: &Connection) -> io::Result<Box<dyn Way>> {
    match connection {
        Connection::Network { address, port } => {
            let stream = timeout(TO_OPEN, TcpStream::connect((*address, *port))).await??;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream))
        }
        Connection::Usb { vendor, product } => {
            let (vendor, product) = (*vendor, *product);
            let opening = tokio::task::spawn_blocking(move || open_usb(vendor, product));
            timeout(TO_OPEN, opening).await?.map_err(io::Error::other)?
        }
        Connection::Serial { path, baud } => {
            let port = tokio_serial::new(path, *baud).open_native_async().map_err(io::Error::from)?;
            Ok(Box::new(port))
        }
    }
}

fn open_usb(vendor: u16, product: u16) -> io::Result<Box<dyn Way>> {
    let not_there = || io::Error::new(io::ErrorKind::NotFound, "no such USB printer");
    let mut devices = nusb::list_devices().wait()?;
    let found = devices.find(|device| (device.vendor_id(), device.product_id()) == (vendor, product));
    let device = found.ok_or_else(not_there)?.open().wait()?;
    let configuration = device.active_configuration().map_err(io::Error::other)?;
    let printer = configuration.interface_alt_settings().find(|setting| setting.class() == PRINTERS);
    let printer = printer.ok_or_else(not_there)?;
    // Both ways are bulk endpoints; a printer that says nothing has only the one that leads to it (section 5.2).
    let address = |into: bool| {
        let bulk = printer.endpoints().filter(|endpoint| endpoint.transfer_type() == TransferType::Bulk);
        bulk.map(|endpoint| endpoint.address()).find(|address| (address & 0x80 != 0) == into)
    };
    let number = printer.interface_number();
    let interface = device.detach_and_claim_interface(number).wait()?;
    if printer.alternate_setting() != 0 {
        interface.set_alt_setting(printer.alternate_setting()).wait()?;
    }
    let out = interface.endpoint::<Bulk, Out>(address(false).ok_or_else(not_there)?)?.writer(TRANSFER);
    Ok(match address(true) {
        Some(back) => Box::new(tokio::io::join(interface.endpoint::<Bulk, In>(back)?.reader(TRANSFER), out)),
        None => Box::new(tokio::io::join(Silence, out)),
    })
}

/// What a printer says that has no way back.
struct Silence;

impl AsyncRead for Silence {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        // Who waits for it waits no longer than their timeout.
        std::task::Poll::Pending
    }
}
