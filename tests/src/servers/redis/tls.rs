//! A Redis behind TLS, and the authorities that vouch for it or do not.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use super::{PASSWORD, Redis, options};
use crate::scratch;
use crate::servers::diandan::free_address;

/// Somebody who vouches for servers.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    /// A new one, unknown to everybody.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // not that of the servers: OpenSSL would take theirs for signed by themselves
        params.distinguished_name.push(DnType::CommonName, "authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let folder = scratch::folder("authority")?;
        fs::write(folder.path().join("ca.pem"), issuer.pem())?;
        Ok(Self { issuer, folder })
    }

    /// Its certificate, PEM.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Vouches for a server at this address: its certificate and key are put into the folder.
    fn vouch(&self, ip: &str, folder: &Path) -> Result<()> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([ip.to_owned()])?.signed_by(&key, &self.issuer)?;
        fs::write(folder.join("server.pem"), certificate.pem())?;
        fs::write(folder.join("server.key"), key.serialize_pem())?;
        Ok(())
    }
}

/// TLS and passwords before servers and those who watch them.
#[derive(Debug)]
pub struct Guard {
    pub authority: Authority,
    /// The servers'.
    pub password: String,
    /// Of those who watch.
    pub of_sentinels: String,
}

impl Guard {
    /// The options of whoever listens behind it and speaks to others behind it.
    pub(super) fn listening(&self, address: SocketAddr, folder: &Path) -> Result<Vec<String>> {
        let mut words = behind_tls(&self.authority, address, folder)?;
        let ca = self.authority.file();
        let ca = ca.to_str().context("a path")?;
        words.extend(options(["--tls-replication", "yes", "--tls-ca-cert-file", ca]));
        Ok(words)
    }

    /// The options of a server behind it, whose primary is behind it too.
    pub(super) fn serving(&self, address: SocketAddr, folder: &Path) -> Result<Vec<String>> {
        let mut words = self.listening(address, folder)?;
        words.extend(options([PASSWORD, &self.password, "--masterauth", &self.password]));
        Ok(words)
    }

    /// A client of whoever watches there.
    pub(super) fn client(&self, address: SocketAddr) -> Result<redis::Client> {
        // the first one installed stays
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let root_cert = Some(fs::read(self.authority.file())?);
        let certificates = redis::TlsCertificates { client_tls: None, root_cert };
        let url = format!("rediss://:{}@{address}", self.of_sentinels);
        Ok(redis::Client::build_with_tls(url, certificates)?)
    }
}

/// The options of a server that an authority vouches for.
pub(super) fn behind_tls(by: &Authority, address: SocketAddr, folder: &Path) -> Result<Vec<String>> {
    by.vouch(&address.ip().to_string(), folder)?;
    let path = |name: &str| folder.join(name).to_str().context("a path").map(String::from);
    Ok(options([
        "--port",
        "0",
        "--tls-port",
        &address.port().to_string(),
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &path("server.pem")?,
        "--tls-key-file",
        &path("server.key")?,
    ]))
}

impl Redis {
    /// Starts a server that this authority vouches for; its `rediss://` URL.
    pub async fn start_tls(by: &Authority) -> Result<(Self, String)> {
        let (folder, address) = (scratch::folder("redis")?, free_address()?);
        let mut listens = options(["--bind", &address.ip().to_string()]);
        listens.extend(behind_tls(by, address, folder.path())?);
        let server = Self::start_in(folder, listens).await.context("a Redis built with TLS")?;
        Ok((server, format!("rediss://{address}")))
    }
}
