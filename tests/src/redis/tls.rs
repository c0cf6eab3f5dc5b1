//! A Redis behind TLS, and the authorities that vouch for it or do not.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::{Redis, options};
use crate::diandan::free_address;
use crate::scratch;

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

impl Redis {
    /// Starts a server that this authority vouches for; its `rediss://` URL.
    pub async fn start_tls(by: &Authority) -> Result<(Self, String)> {
        let (folder, address) = (scratch::folder("redis")?, free_address()?);
        let ip = address.ip().to_string();
        by.vouch(&ip, folder.path())?;
        let path = |name: &str| folder.path().join(name).to_str().context("a path").map(String::from);
        let listens = options([
            "--port",
            "0",
            "--bind",
            &ip,
            "--tls-port",
            &address.port().to_string(),
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            &path("server.pem")?,
            "--tls-key-file",
            &path("server.key")?,
        ]);
        let server = Self::start_in(folder, listens).await.context("a Redis built with TLS")?;
        Ok((server, format!("rediss://{address}")))
    }
}
