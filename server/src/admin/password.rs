//! Hashing and checking passwords: argon2id, few at a time.
//!
//! One hash costs about 20 ms and 19 MiB, so an attacker who sends sign-ins could eat the machine that also
//! takes events. Hence the gate: a few at once, a few waiting, the rest is told to come back.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
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
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    /// Running and waiting together.
    admitted: Arc<Semaphore>,
    /// Checked for unknown users, so that they take as long as known ones.
    decoy: Arc<str>,
}

impl Passwords {
    /// `at_once` hashes run; `waiting` more may wait. OWASP's minimum for argon2id: 19 MiB, two passes.
    pub fn new(at_once: usize, waiting: usize) -> Result<Self, PasswordError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
        let decoy = hash(&argon2, "no user has this password")?;
        Ok(Self {
            argon2,
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + waiting)),
            decoy: decoy.into(),
        })
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.gated(move || hash(&argon2, &password)).await?
    }

    /// Whether the password matches the stored hash. Without one (unknown user) the answer is no, after the
    /// same work.
    pub async fn matches(&self, stored: Option<&str>, password: &str) -> Result<bool, PasswordError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        let matches = self
            .gated(move || {
                PasswordHash::new(&stored)
                    .is_ok_and(|stored| argon2.verify_password(password.as_bytes(), &stored).is_ok())
            })
            .await?;
        Ok(known && matches)
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

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, PasswordError> {
    argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(PasswordError::Hash)
}

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

    #[tokio::test]
    async fn what_exceeds_the_queue_is_turned_away() {
        let passwords = Passwords::new(1, 0).unwrap();
        let held = passwords.admitted.clone().try_acquire_owned().unwrap();
        assert!(matches!(passwords.hash("x").await, Err(PasswordError::Busy)));
        drop(held);
        assert!(passwords.hash("x").await.is_ok());
    }
}
