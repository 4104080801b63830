//! What a caller proves itself with: `Authorization: Bearer <id>.<secret>`, where the id is a device's or a staff
//! session's and the secret is 64 hexadecimal digits.

use axum::http::{HeaderMap, header};
use ministore_core::device::Secret;
use ministore_core::refusal::Refusal;
use ministore_store::Credential;
use uuid::Uuid;

/// Reads the header. None where there is none; an unreadable one is refused rather than taken for a visitor's, because
/// its sender believes to be known.
pub fn credential_of(headers: &HeaderMap) -> Result<Option<Credential>, Refusal> {
    match headers.get(header::AUTHORIZATION) {
        None => Ok(None),
        Some(value) => value.to_str().ok().and_then(parse).map(Some).ok_or(Refusal::SignInFirst),
    }
}

fn parse(value: &str) -> Option<Credential> {
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let (id, secret) = token.trim().split_once('.')?;
    Some(Credential { id: Uuid::parse_str(id).ok()?, secret: secret.parse::<Secret>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_contract_says_and_nothing_else() {
        let id = Uuid::now_v7();
        let secret = "ab".repeat(32);
        let read = |text: String| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
            credential_of(&headers)
        };
        let good = read(format!("Bearer {id}.{secret}")).unwrap().unwrap();
        assert_eq!(good.id, id);
        assert_eq!(good.secret.to_string(), secret);
        for text in [
            format!("Basic {id}.{secret}"),
            format!("Bearer {id}"),
            format!("Bearer {id}.{}", &secret[1..]),
            format!("Bearer {secret}.{id}"),
            "Bearer".into(),
            String::new(),
        ] {
            assert_eq!(read(text.clone()).map(|_| ()), Err(Refusal::SignInFirst), "{text}");
        }
        assert!(credential_of(&HeaderMap::new()).unwrap().is_none());
    }
}
