//! Hashing and checking passwords: argon2id, few at a time.
//!
//! One hash costs about 20 ms and 19 MiB, so an attacker who sends sign-ins could eat the machine that also
//! takes events. Hence the gate: a few at once, a few waiting, the rest is told to come back.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("too many sign-ins wait already")]
    Busy,
    #[error("cannot hash the password: {0}")]
    Hash(argon2::password_hash::Error),
    #[error("the hashing task ended early")]
    Lost(#[from] tokio::task::JoinError),
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    /// Running and waiting together.
    admitted: Arc<Semaphore>,
    /// Checked for unknown users, so that they take as long as known ones.
    decoy: Arc<str>,
}

impl Passwords {
    /// `at_once` hashes run; `waiting` more may wait. OWASP's minimum for argon2id: 19 MiB, two passes.
    pub fn new(at_once: usize, waiting: usize) -> Result<Self, PasswordError> {
        let decoy = hash("no user has this password").map_err(PasswordError::Hash)?;
        Ok(Self {
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + waiting)),
            decoy: decoy.into(),
        })
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.gated(move || hash(&password)).await?.map_err(PasswordError::Hash)
    }

    /// Whether the password matches the stored hash. Without one (unknown user) the answer is no, after the
    /// same work.
    pub async fn matches(&self, stored: Option<&str>, password: &str) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let password = password.to_owned();
        let matches = self.gated(move || verify(&password, &stored)).await?;
        Ok(known && matches.unwrap_or(false))
    }

    async fn gated<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| PasswordError::Busy)?;
        let _running = self.running.acquire().await.map_err(|_| PasswordError::Busy)?;
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    let (params, salt) = (Params::DEFAULT, Salt::generate());
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(salt),
        hash: Some(derive(password, &salt, params)?),
    };
    Ok(hash.to_string())
}

/// None when the stored hash is none of ours.
fn verify(password: &str, stored: &str) -> Option<bool> {
    let stored = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&stored).ok()?;
    // Comparing takes the same time wherever the two differ.
    Some(derive(password, &stored.salt?, params).ok()? == stored.hash?)
}

fn derive(password: &str, salt: &Salt, params: Params) -> Result<Output, argon2::password_hash::Error> {
    // More is asked for than is used, and what is not touched costs nothing: a piece above 32 MiB goes back to the
    // system at once, while glibc would keep a smaller one for the rest of the process's life.
    let mut memory = Vec::with_capacity(params.block_count().max(ABOVE_32_MIB));
    memory.resize(params.block_count(), Block::new());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory)?;
    Ok(Output::new(&output)?)
}

/// In blocks of 1 KiB.
const ABOVE_32_MIB: usize = 33 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::new(2, 2).unwrap();
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.matches(Some(&hash), "correct horse battery").await.unwrap());
        assert!(!passwords.matches(Some(&hash), "correct horse batterz").await.unwrap());
        assert!(!passwords.matches(None, "no user has this password").await.unwrap());
    }

    #[test]
    fn stored_hashes_go_on_counting() {
        let stored = "$argon2id$v=19$m=19456,t=2,p=1$EQYKIcyUWk7C54goSC9gPg$a6uatTMhJL/2U3uclRh3XH8NRo1ttmCpArIRi2EoRrs";
        assert_eq!(verify("seven green bottles hang", stored), Some(true));
        assert_eq!(verify("seven green bottles", stored), Some(false));
        assert_eq!(verify("seven green bottles hang", "plain text"), None);
    }

    #[tokio::test]
    async fn what_exceeds_the_queue_is_turned_away() {
        let passwords = Passwords::new(1, 0).unwrap();
        let held = passwords.admitted.clone().try_acquire_owned().unwrap();
        assert!(matches!(passwords.hash("x").await, Err(PasswordError::Busy)));
        drop(held);
        assert!(passwords.hash("x").await.is_ok());
    }
}
