//! Reading a body: never more than allowed, whatever it claims and however it is packed.

use std::io::Read;

use axum::body::Body;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use futures::StreamExt;
use ruzstd::decoding::StreamingDecoder;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than {limit} bytes; send fewer events at once")]
    TooLarge { limit: usize },
    #[error("the body grows more than {expansion} times when decompressed; send it with less compression")]
    TooDense { expansion: usize },
    #[error("the content encoding {0:?} is not known; use one of gzip, deflate, br or zstd, and only one")]
    UnknownEncoding(String),
    #[error("the body is not valid {0}")]
    Undecodable(&'static str),
    #[error("the body ended early")]
    Interrupted,
    #[error("the body did not arrive within {ms} milliseconds")]
    TooSlow { ms: i64 },
}

/// What every body may grow to, however small it was.
const ALWAYS_ALLOWED: usize = 64 * 1024;

/// The largest window RFC 8878 §3.1.1.1.2 asks decoders to support; a larger one is only asked for by bombs.
const ZSTD_WINDOW_BYTES: u64 = 8 * 1024 * 1024;

/// Collects at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut excess = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| BodyError::Interrupted)?;
        if bytes.len() + chunk.len() <= limit && excess == 0 {
            bytes.extend_from_slice(&chunk);
            continue;
        }
        // Read on for a while: a sender that is cut off while it writes never sees the answer.
        excess += chunk.len();
        if excess > 4 * limit {
            break;
        }
    }
    if excess > 0 { Err(BodyError::TooLarge { limit }) } else { Ok(bytes) }
}

/// Undoes one `Content-Encoding`. The result has at most `limit` bytes, and at most `expansion` times as many
/// as the body came with.
pub fn decode(encoding: &str, bytes: Vec<u8>, limit: usize, expansion: usize) -> Result<Vec<u8>, BodyError> {
    let allowed = limit.min(bytes.len().saturating_mul(expansion).max(ALWAYS_ALLOWED));
    let too_much =
        if allowed < limit { BodyError::TooDense { expansion } } else { BodyError::TooLarge { limit } };
    let source = bytes.as_slice();
    let (name, decoder): (_, Box<dyn Read + '_>) = match encoding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(bytes),
        "gzip" | "x-gzip" => ("gzip", Box::new(MultiGzDecoder::new(source))),
        "deflate" => ("deflate", Box::new(ZlibDecoder::new(source))),
        "br" => ("br", Box::new(brotli_decompressor::Decompressor::new(source, 4096))),
        "zstd" => {
            let decoder = StreamingDecoder::new_with_max_window_size(source, ZSTD_WINDOW_BYTES);
            ("zstd", Box::new(decoder.map_err(|_| BodyError::Undecodable("zstd"))?))
        }
        unknown => return Err(BodyError::UnknownEncoding(unknown.to_owned())),
    };
    let mut decoded = Vec::new();
    let read = decoder.take(allowed as u64 + 1).read_to_end(&mut decoded);
    read.map_err(|_| BodyError::Undecodable(name))?;
    if decoded.len() > allowed { Err(too_much) } else { Ok(decoded) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(encoding: &str, plain: &[u8]) -> Vec<u8> {
        match encoding {
            "gzip" => {
                let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
                encoder.write_all(plain).unwrap();
                encoder.finish().unwrap()
            }
            "deflate" => {
                let mut encoder = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::best());
                encoder.write_all(plain).unwrap();
                encoder.finish().unwrap()
            }
            "br" => {
                let mut out = vec![];
                brotli::CompressorWriter::new(&mut out, 4096, 9, 22).write_all(plain).unwrap();
                out
            }
            "zstd" => ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest),
            _ => plain.to_vec(),
        }
    }

    const ENCODINGS: [&str; 5] = ["gzip", "deflate", "br", "zstd", "identity"];

    #[test]
    fn each_encoding_comes_back_as_it_was() {
        let plain = br#"[{"event_name":"purchase","value":1}]"#.repeat(40);
        for encoding in ENCODINGS {
            let decoded = decode(encoding, packed(encoding, &plain), 1 << 20, 100);
            assert_eq!(decoded.as_deref(), Ok(plain.as_slice()), "{encoding}");
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_grows() {
        let zeros = vec![0; 64 << 20];
        for encoding in ["gzip", "deflate", "br", "zstd"] {
            let bomb = packed(encoding, &zeros);
            assert!(bomb.len() < 1 << 20, "{encoding}");
            assert_eq!(
                decode(encoding, bomb, 1 << 20, usize::MAX),
                Err(BodyError::TooLarge { limit: 1 << 20 }),
                "{encoding}"
            );
        }
        let dense = packed("gzip", &vec![b'a'; 900 << 10]);
        assert_eq!(decode("gzip", dense, 1 << 20, 100), Err(BodyError::TooDense { expansion: 100 }));
    }

    #[test]
    fn what_is_broken_unknown_or_packed_twice_is_said() {
        for (encoding, name) in [("gzip", "gzip"), ("deflate", "deflate"), ("br", "br"), ("zstd", "zstd")] {
            let broken = vec![0xff; 40];
            assert_eq!(decode(encoding, broken, 1 << 20, 100), Err(BodyError::Undecodable(name)));
            let mut cut = packed(encoding, b"some text that is long enough to be cut in the middle");
            cut.truncate(cut.len() / 2);
            assert_eq!(decode(encoding, cut, 1 << 20, 100), Err(BodyError::Undecodable(name)));
        }
        for encoding in ["gzip, gzip", "compress", "gzip;q=1"] {
            assert_eq!(
                decode(encoding, vec![1], 1 << 20, 100),
                Err(BodyError::UnknownEncoding(encoding.into())),
            );
        }
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        assert_eq!(read(Body::from("12345"), 5).await, Ok(b"12345".to_vec()));
        assert_eq!(read(Body::from("123456"), 5).await, Err(BodyError::TooLarge { limit: 5 }));
    }
}
