//! HS256 (RFC 7515) for the JWT crate, whose own set of algorithms brings RSA and three curves that nothing here signs with.
//! The MAC itself is the `hmac` crate's, compared in constant time; any other algorithm is an error.

use hmac::{Hmac, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as Refused, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use sha2::Sha256;

static PROVIDER: CryptoProvider =
    CryptoProvider { signer_factory, verifier_factory, key_utils: KeyUtils::new_unimplemented() };

/// From now on the JWT crate signs and verifies by this. Doing so twice does no harm.
pub fn install() {
    // an error says that it was installed before
    let _before = PROVIDER.install_default();
}

/// A key, ready for its messages.
struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, of: AlgorithmFamily, secret: &[u8]) -> Result<Self, Error> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        if of != AlgorithmFamily::Hmac {
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Hmac::new_from_slice(secret).map(Self).map_err(|_of_any_length| ErrorKind::InvalidKeyFormat.into())
    }

    fn of(&self, message: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(message)
    }
}

fn signer_factory(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    Ok(Box::new(Hs256::new(*algorithm, key.family(), key.as_bytes())?))
}

fn verifier_factory(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    Ok(Box::new(Hs256::new(*algorithm, key.family(), key.try_get_as_bytes()?)?))
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Refused> {
        Ok(self.of(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Refused> {
        self.of(message).verify_slice(signature).map_err(Refused::from_source)
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::crypto::{sign, verify};

    /// RFC 7515, appendix A.1.
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const MESSAGE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
        Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn it_signs_as_the_standard_does_and_takes_nothing_else() {
        install();
        let secret = URL_SAFE_NO_PAD.decode(KEY).unwrap();
        let (signs, verifies) = (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret));
        assert_eq!(sign(MESSAGE.as_bytes(), &signs, Algorithm::HS256).unwrap(), SIGNATURE);
        let good = |signature: &str, message: &str| {
            verify(signature, message.as_bytes(), &verifies, Algorithm::HS256).unwrap_or(false)
        };
        assert!(good(SIGNATURE, MESSAGE));
        let (cut, other) = (&SIGNATURE[..42], SIGNATURE.replace('d', "e"));
        for signature in ["", "!", cut, &other] {
            assert!(!good(signature, MESSAGE), "{signature}");
        }
        assert!(!good(SIGNATURE, &MESSAGE[1..]));
    }

    #[test]
    fn other_algorithms_and_keys_are_errors() {
        install();
        let key = b"0123456789abcdef0123456789abcdef";
        let (signs, verifies) = (EncodingKey::from_secret(key), DecodingKey::from_secret(key));
        for algorithm in [Algorithm::HS384, Algorithm::HS512, Algorithm::RS256, Algorithm::ES256] {
            assert!(sign(b"x", &signs, algorithm).is_err(), "{algorithm:?}");
            assert!(verify("eA", b"x", &verifies, algorithm).is_err(), "{algorithm:?}");
        }
        assert!(sign(b"x", &EncodingKey::from_rsa_der(key), Algorithm::HS256).is_err());
        assert!(verify("eA", b"x", &DecodingKey::from_rsa_der(key), Algorithm::HS256).is_err());
    }
}
