//! Amazon's stand-in on a socket of its own.

use std::sync::Arc;

use server::clock::Clock;
use server::mock_amazon::{MockAmazon, Recorded};
use tag::amazon::Endpoints;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub struct Amazon {
    pub mock: Arc<MockAmazon>,
    pub base: String,
}

impl Amazon {
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mock = MockAmazon::new(clock);
        let router = Arc::clone(&mock).router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { mock, base }
    }

    pub fn endpoints(&self) -> Endpoints {
        MockAmazon::endpoints(&self.base)
    }

    pub fn requests(&self) -> Vec<Recorded> {
        self.mock.requests()
    }

    /// The full addresses that were requested, oldest first.
    pub fn urls(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| format!("{}{}", self.base, request.url)).collect()
    }

    /// What came to one of the addresses, oldest first.
    pub fn to(&self, path: &str) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.path == path).collect()
    }

    /// One parameter of each North American event, oldest first.
    pub fn params(&self, name: &str) -> Vec<String> {
        let value = |request: Recorded| request.params[name].as_str().unwrap().to_owned();
        self.to("/iu3").into_iter().map(value).collect()
    }
}

/// Something that listens where Amazon should be, and answers every request with these bytes.
pub async fn speaks(bytes: &'static [u8]) -> Endpoints {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = vec![];
            while !request.ends_with(b"\r\n\r\n") {
                socket.read_buf(&mut request).await.unwrap();
            }
            socket.write_all(bytes).await.unwrap();
        }
    });
    MockAmazon::endpoints(&base)
}

/// Addresses where nobody listens.
pub async fn nobody() -> Endpoints {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    MockAmazon::endpoints(&base)
}
