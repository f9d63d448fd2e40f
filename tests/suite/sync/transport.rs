//! TLS, certificates of one's own, and proxies.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
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

/// A proxy that passes plain requests on, and says what it was asked.
fn proxy() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender) = (stream.unwrap(), sender.clone());
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                let text = String::from_utf8_lossy(&head).into_owned();
                let line = text.lines().next().unwrap_or_default().to_owned();
                let _ = sender.send(text.clone());
                let mut words = line.split(' ');
                let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let Some((host, path)) = target.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else {
                    return;
                };
                let host = host.replace("localhost", "127.0.0.1");
                let length = text
                    .lines()
                    .filter_map(|line| line.split_once(':'))
                    .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                    .map_or(0, |(_, length)| length.trim().parse().unwrap_or(0));
                let mut body = vec![0; length];
                if stream.read_exact(&mut body).is_err() {
                    return;
                }
                let mut server = TcpStream::connect(&host).unwrap();
                let rest: String = text
                    .lines()
                    .skip(1)
                    .filter(|line| !line.to_ascii_lowercase().starts_with("proxy-") && !line.is_empty())
                    .map(|line| format!("{line}\r\n"))
                    .collect();
                let request = format!("{method} /{path} HTTP/1.1\r\n{rest}connection: close\r\n\r\n");
                let _ = server.write_all(&[request.as_bytes(), &body].concat());
                let _ = std::io::copy(&mut server, &mut stream);
            });
        }
    });
    (address, receiver)
}

#[test]
fn requests_go_through_the_proxy_of_the_environment() {
    let synced = Synced::new();
    synced.publish("GHSA-2222-2222-2222");
    let (address, asked) = proxy();
    let output = synced
        .run(&["sync", "--verbose"])
        .env("HTTP_PROXY", format!("http://user:MARKEDSECRET@{address}"))
        .env("http_proxy", format!("http://user:MARKEDSECRET@{address}"))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    assert!(asked.try_recv().is_ok(), "the proxy was not asked");
    assert!(!log.contains("MARKEDSECRET"), "{log}");
    // NO_PROXY leaves hosts out.
    while asked.try_recv().is_ok() {}
    synced
        .run(&["sync", "--refresh"])
        .env("http_proxy", format!("http://{address}"))
        .env("NO_PROXY", "127.0.0.1")
        .assert()
        .success();
    assert!(asked.try_recv().is_err(), "the proxy was asked all the same");
}

#[test]
fn a_proxy_that_is_not_there_is_said_without_its_password() {
    let synced = Synced::new();
    synced.configure("[network]\ntries = 1\n");
    let output =
        synced.run(&["sync", "--verbose"]).env("http_proxy", "http://user:MARKEDSECRET@127.0.0.1:9").output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{log}");
    assert!(log.contains("no connection to 127.0.0.1") && !log.contains("MARKEDSECRET"), "{log}");
}
