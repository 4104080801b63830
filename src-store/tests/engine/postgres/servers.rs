//! Servers that cannot be used say why, without the password.

use ministore_store::{Database, Engine, EngineOptions, OpenError, PostgresUrl, ServerError};

use super::Home;
use super::test_shop::{CAKE, TestShop};

const PASSWORD: &str = "correct-horse";

async fn refused(url: &str) -> ServerError {
    let url: PostgresUrl = url.parse().unwrap();
    let error = Engine::open(Database::Postgres(url), EngineOptions::hub()).await.err();
    let Some(OpenError::Server(error)) = error else { unreachable!("{error:?}") };
    assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
    error
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let shop = TestShop::open().await;
    shop.home
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'later', true, '', 0)",
        )
        .await
        .unwrap();
    let error = refused(&shop.home.url).await;
    assert!(matches!(error, ServerError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("Nothing was changed"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_away_is_named() {
    let error = refused(&format!("postgres://ada:{PASSWORD}@127.0.0.1:1/shop")).await;
    assert!(matches!(error, ServerError::Away { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_told_from_a_database_that_is_not_there() {
    let server = ministore_test_postgres::server().unwrap();
    let home = Home::new();
    home.execute(
        "DO $$ BEGIN CREATE ROLE guarded LOGIN PASSWORD 'another'; EXCEPTION WHEN duplicate_object THEN END $$",
    )
    .await
    .unwrap();
    let guarded = home.url.replace("//ministore@", &format!("//guarded:{PASSWORD}@"));
    let error = refused(&guarded).await;
    assert!(matches!(&error, ServerError::SignIn { user, .. } if user == "guarded"), "{error}");

    let error = refused(&server.url("nowhere")).await;
    assert!(matches!(error, ServerError::Missing { .. }), "{error}");
    assert!(error.to_string().contains("createdb"), "{error}");
}

/// An authority, and a key and certificate for `localhost` that it signed.
fn signed() -> (String, String, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (root, certificate.pem(), key.serialize_pem())
}

#[tokio::test]
async fn a_server_is_spoken_to_by_tls_where_the_authority_is_the_one_that_was_named() {
    let (root, certificate, key) = signed();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = ministore_test_postgres::Tls { port, certificate: &certificate, key: &key };
    let server = ministore_test_postgres::encrypted_server(&tls).unwrap();
    server.run("CREATE DATABASE shop TEMPLATE template0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str, root: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, root).unwrap();
        let root = file.display();
        format!(
            "postgres://ministore:{PASSWORD}@localhost:{port}/shop?sslmode=verify-full&sslrootcert={root}"
        )
    };
    let right: PostgresUrl = named("root.pem", &root).parse().unwrap();
    // The server takes no other connection over the network than an encrypted one.
    let engine = Engine::open(Database::Postgres(right), EngineOptions::hub()).await.unwrap();
    engine.close().await;
    let error = refused(&named("other.pem", &signed().0)).await;
    assert!(matches!(error, ServerError::Distrusted { .. }), "{error}");
    let error =
        refused(&format!("postgres://ministore:{PASSWORD}@localhost:{port}/shop?sslmode=disable")).await;
    assert!(matches!(error, ServerError::SignIn { .. }), "{error}");
}

#[tokio::test]
async fn texts_that_are_not_in_unicode_are_refused() {
    let server = ministore_test_postgres::server().unwrap();
    server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'").unwrap();
    let error = refused(&server.url("latin")).await;
    assert!(matches!(&error, ServerError::Encoding { found, .. } if found == "LATIN1"), "{error}");
}

#[tokio::test]
async fn hubs_that_start_at_once_make_the_tables_once() {
    let home = Home::new();
    let starts = (0..4).map(|_| Engine::open(home.database(), EngineOptions::hub()));
    for opened in futures::future::join_all(starts).await {
        assert!(opened.is_ok(), "{:?}", opened.err());
    }
}

#[tokio::test]
async fn a_shop_is_there_after_its_hub_was_started_anew() {
    let shop = TestShop::open().await;
    let before = shop.product(CAKE).await;
    let shop = shop.restarted(ministore_store::payment::Providers::demo()).await;
    assert_eq!(shop.product(CAKE).await, before);
}

#[test]
fn an_address_is_shown_without_its_password() {
    let url: PostgresUrl = format!("postgres://ada:{PASSWORD}@db.example:5433/shop").parse().unwrap();
    assert_eq!(url.to_string(), "shop at db.example:5433");
    assert!(!format!("{url:?}").contains(PASSWORD));
    for wrong in ["mysql://ada@db/shop", "postgres://ada:p@ss word@[::1/shop", "shop.db"] {
        let error = wrong.parse::<PostgresUrl>().unwrap_err();
        assert!(error.to_string().contains("postgres://user:password@host:port/database"), "{wrong}");
    }
}
