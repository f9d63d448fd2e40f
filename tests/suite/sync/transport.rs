//! TLS, certificates of one's own, and proxies.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::Synced;
use crate::builder::started;
use crate::upstream::{Config, Upstream};

/// A server whose certificate an authority of our own signed, and that authority's certificate.
fn tls(name: &str) -> (Upstream, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let accept = move |stream: TcpStream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
        let stream: Box<dyn crate::upstream::ReadWrite> = Box::new(rustls::StreamOwned::new(connection, stream));
        Ok(stream)
    };
    (Upstream::start_with(Config { accept: Some(Box::new(accept)) }), certificate.pem())
}

#[test]
fn a_certificate_of_an_own_authority_is_trusted_where_it_is_named() {
    let (upstream, authority) = tls("127.0.0.1");
    let synced = Synced::with(started(), upstream, "");
    synced.publish("GHSA-2222-2222-2222");
    let file = synced.project.folder().join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    let mut command = synced.run(&["sync"]);
    command.env("SSL_CERT_FILE", &file).env("GH_TOKEN", "ghp_x").assert().success();
    assert_eq!(synced.ids(), ["GHSA-2222-2222-2222"]);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_with_what_to_do() {
    for (name, what) in [("127.0.0.1", "an unknown authority"), ("other.example", "another name")] {
        let (upstream, authority) = tls(name);
        let synced = Synced::with(started(), upstream, "");
        let file = synced.project.folder().join("authority.pem");
        std::fs::write(&file, authority).unwrap();
        let (_, stranger) = tls("127.0.0.1");
        if name == "127.0.0.1" {
            std::fs::write(&file, stranger).unwrap();
        }
        let output = synced.run(&["sync"]).env("SSL_CERT_FILE", &file).env("GH_TOKEN", "ghp_x").assert().code(4);
        let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(
            error.contains("no trusted connection to 127.0.0.1") && error.contains("SSL_CERT_FILE"),
            "{what}: {error}"
        );
        assert!(synced.upstream.requests().is_empty(), "{what}: something was sent");
    }
}

/// A proxy that leads every tunnel to one server, and says what it was asked.
fn proxy(server: &str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, receiver) = channel();
    let server = server.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender, server) = (stream.unwrap(), sender.clone(), server.clone());
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                let _ = sender.send(String::from_utf8_lossy(&head).into_owned());
                let mut server = TcpStream::connect(server).unwrap();
                let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
                let (mut from, mut to) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut from, &mut to));
                let _ = std::io::copy(&mut server, &mut stream);
            });
        }
    });
    (address, receiver)
}

/// A project whose server is known as `github.test` only, and the authority that vouches for it.
fn elsewhere() -> (Synced, PathBuf, String) {
    let (upstream, authority) = tls("github.test");
    let at = upstream.url().replace("https://", "");
    let synced = Synced::with(started(), upstream, "");
    let file = synced.project.folder().join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    let config = synced.project.path().join("secnotes.toml");
    let text = std::fs::read_to_string(&config).unwrap().replace("https://127.0.0.1", "https://github.test");
    std::fs::write(config, text).unwrap();
    (synced, file, at)
}

#[test]
fn requests_go_through_the_proxy_of_the_environment_which_sees_no_token() {
    let (synced, authority, server) = elsewhere();
    synced.publish("GHSA-2222-2222-2222");
    let (address, asked) = proxy(&server);
    let output = synced
        .run(&["sync", "--verbose"])
        .env("HTTPS_PROXY", format!("http://user:MARKEDSECRET@{address}"))
        .env("SSL_CERT_FILE", &authority)
        .env("GH_TOKEN", "ghp_MARKED")
        .env("GH_HOST", server.replace("127.0.0.1", "github.test"))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    assert_eq!(synced.ids(), ["GHSA-2222-2222-2222"]);
    let head = asked.try_recv().unwrap();
    assert!(head.starts_with("CONNECT github.test:") && head.to_lowercase().contains("proxy-authorization"), "{head}");
    assert!(!head.contains("ghp_MARKED") && !log.contains("MARKED"), "{log}");
    let told =
        synced.upstream.requests().iter().any(|request| request.header("authorization") == Some("Bearer ghp_MARKED"));
    assert!(told, "the server of the environment's host has the token");
}

#[test]
fn what_is_on_this_machine_is_asked_without_a_proxy() {
    let synced = Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let (address, asked) = proxy("127.0.0.1:9");
    let mut command = synced.run(&["sync"]);
    command.env("HTTP_PROXY", format!("http://{address}")).env("http_proxy", format!("http://{address}"));
    command.env("GH_TOKEN", "ghp_x").assert().success();
    assert!(asked.try_recv().is_err(), "a proxy saw what was for this machine");
}

#[test]
fn a_proxy_that_is_not_there_is_said_without_its_password() {
    let (synced, authority, _) = elsewhere();
    let output = synced
        .run(&["sync", "--verbose"])
        .env("HTTPS_PROXY", "http://user:MARKEDSECRET@127.0.0.1:9")
        .env("SSL_CERT_FILE", &authority)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{log}");
    assert!(log.contains("no connection to github.test") && !log.contains("MARKEDSECRET"), "{log}");
    let tries = log.lines().filter(|line| line.contains("; waiting")).count();
    assert!(tries <= 5, "a host that is down is not waited for again and again: {log}");
    // Other verbs say why there is nothing.
    let output = synced.run(&["notes", "--tag", "v1.0.0"]).assert().code(4);
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("no connection to github.test"));
}
