//! Through nginx, as it is deployed: a write that goes into a connection which was idle for longer than servers used to
//! keep them is served, and by that very connection.

use harness::servers::diandan::Diandan;
use harness::servers::nginx::Nginx;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(20);
/// The server ended idle connections after 5 s, nginx after 60.
const IDLE: Duration = Duration::from_secs(6);

/// A POST on a connection that goes on; the status it gets.
fn post(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(b"POST /api/v1/orders HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = [0; 8192];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Lets it be idle.
fn rest(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(IDLE)).unwrap();
    let heard = stream.read_exact(&mut [0; 1]).unwrap_err().kind();
    assert!(matches!(heard, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{heard:?}");
}

/// The local ports of open connections to this port.
fn connected_to(port: u16) -> BTreeSet<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let open = table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (from, to, state) = (fields.next()?, fields.next()?, fields.next()?);
        (to.ends_with(&format!(":{port:04X}")) && state == "01").then(|| from.to_owned())
    });
    open.collect()
}

#[tokio::test]
async fn a_write_after_a_pause_is_served_by_the_connection_that_rested() {
    let server = Diandan::start_api(&[]).await.unwrap();
    let address = server.base_url().strip_prefix("http://").unwrap();
    let port = address.parse::<SocketAddr>().unwrap().port();
    let nginx = Nginx::before(address).unwrap();
    // whoever asked whether the server is there
    let others = connected_to(port);
    let kept = || -> BTreeSet<String> { connected_to(port).difference(&others).cloned().collect() };
    let mut stream = TcpStream::connect(nginx.address).unwrap();
    assert_eq!(post(&mut stream), "401");
    let before = kept();
    assert_eq!(before.len(), 1, "nginx keeps its connection: {before:?}");
    rest(&mut stream);
    assert_eq!(post(&mut stream), "401", "502: the server had ended it");
    assert_eq!(kept(), before, "the same one");
}
