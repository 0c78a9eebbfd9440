//! Secrets stay out of the database and the log: each is planted, then looked for.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use super::{tokens, two_step};
use crate::support::site::{EMAIL, PASSWORD, Site, session_cookie};

/// A log that can be read again.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_is_in_the_database_or_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG);
    let _guard = subscriber.with_ansi(false).with_writer(log.clone()).finish().set_default();
    // With one subscriber only, tracing asks just the thread that meets a line of code first whether it is to be
    // logged, and that may be another test's.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());

    let site = Site::start().await;
    let setup = site.setup_token().await;
    let admin = site.set_up().await;
    let unused = site.invite(&admin, "unused@shop.example", "viewer").await;
    let used = site.invite(&admin, "bob@shop.example", "viewer").await;
    site.accept(&used, "Bob").await;
    // Made and not looked at: it waits, sealed, in the session.
    site.call("/ui/people/invite", &[("email", "waits@shop.example"), ("role", "viewer")], Some(&admin))
        .await;
    let token = tokens::create(&site, &admin, "Nightly", "admin").await;
    site.api("/me", &token).await;
    site.sign_in(EMAIL, "a wrong password typed", None).await;
    let (secret, codes, cookie) = two_step::turn_on(&site, &admin).await;
    let half = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    let code = two_step::code(&site, &secret, 1);
    site.clock.advance(30_000);
    site.call("/ui/account/code", &[("code", &code)], Some(&half)).await;

    let mut planted: Vec<Vec<u8>> = codes.iter().map(|code| code.clone().into_bytes()).collect();
    planted.extend(codes.iter().map(|code| code.replace('-', "").into_bytes()));
    planted.extend(codes.iter().map(|code| {
        let plain = code.replace('-', "").to_uppercase();
        data_encoding::BASE32_NOPAD.decode(plain.as_bytes()).unwrap()
    }));
    planted.push(data_encoding::BASE32_NOPAD.encode(&secret).into_bytes());
    planted.push(data_encoding::BASE32_NOPAD.encode(&secret).to_lowercase().into_bytes());
    planted.push(secret);
    for text in [&setup, &unused, &used, &token, PASSWORD, "a wrong password typed"] {
        planted.push(text.as_bytes().to_vec());
    }
    for cookie in [&admin, &cookie, &half] {
        planted.push(cookie.split_once('=').unwrap().1.as_bytes().to_vec());
    }
    let mut looked_at = 0;
    for file in std::fs::read_dir(site.directory.path()).unwrap() {
        let path = file.unwrap().path();
        assert_clean(&planted, &std::fs::read(&path).unwrap(), &path.display().to_string());
        looked_at += 1;
    }
    assert!(looked_at >= 2, "the database and its log");
    let log = log.0.lock().unwrap().clone();
    assert!(String::from_utf8_lossy(&log).contains("signed in"), "the log was read");
    assert_clean(&planted, &log, "the process's log");
}

fn assert_clean(planted: &[Vec<u8>], bytes: &[u8], place: &str) {
    for canary in planted {
        let found = bytes.windows(canary.len()).any(|part| part == canary);
        assert!(!found, "{place} holds {}", String::from_utf8_lossy(canary));
    }
}
