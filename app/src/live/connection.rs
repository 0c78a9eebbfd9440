//! Where the connection to the server's event stream stands, and when to try again.

/// The state of the connection. Times are Unix milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    #[default]
    Connecting,
    Open,
    /// It broke at `since` after `tries` vain tries; the next one is due at `next_at`.
    Broken {
        since: i64,
        tries: u32,
        next_at: i64,
    },
    /// Not needed now: the tab is hidden.
    Resting,
    /// The session ended. Only signing in helps.
    SignedOut,
}

impl Connection {
    /// What follows when the connection breaks, or a try to mend it fails, at `now`.
    pub fn lost(self, now: i64) -> Self {
        let (since, tries) = match self {
            Self::Broken { since, tries, .. } => (since, tries + 1),
            _ => (now, 0),
        };
        Self::Broken { since, tries, next_at: now + pause_ms(tries) }
    }

    /// What is the case while a try is under way: another is due only when this one hangs.
    pub fn trying(self, now: i64) -> Self {
        match self {
            Self::Broken { since, tries, .. } => Self::Broken { since, tries, next_at: now + HANGS_MS },
            other => other,
        }
    }

    /// Whether the next try is due.
    pub fn due(self, now: i64) -> bool {
        matches!(self, Self::Broken { next_at, .. } if next_at <= now)
    }
}

/// A try that has not ended by then is given up.
const HANGS_MS: i64 = 20_000;

/// The pause before the next try, in milliseconds: short at first, because most breaks are restarts.
fn pause_ms(tries: u32) -> i64 {
    1_000 * i64::from(2_u32.saturating_pow(tries).min(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_the_age_counts_from_the_break() {
        let mut connection = Connection::Open;
        let mut now = 5_000;
        let mut pauses = vec![];
        for _ in 0..7 {
            connection = connection.lost(now);
            let Connection::Broken { since, next_at, .. } = connection else { panic!("{connection:?}") };
            assert_eq!(since, 5_000);
            assert!(!connection.due(next_at - 1) && connection.due(next_at));
            pauses.push((next_at - now) / 1_000);
            now = next_at;
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(Connection::Open.lost(99), Connection::Broken { since: 99, tries: 0, next_at: 1_099 });
    }

    #[test]
    fn a_try_under_way_is_not_repeated_unless_it_hangs() {
        let trying = Connection::Open.lost(5_000).trying(6_000);
        assert!(!trying.due(6_000 + HANGS_MS - 1) && trying.due(6_000 + HANGS_MS));
        let failed = trying.lost(7_000);
        assert_eq!(failed, Connection::Broken { since: 5_000, tries: 1, next_at: 9_000 });
        assert_eq!(Connection::Connecting.trying(6_000), Connection::Connecting);
    }

    #[test]
    fn only_a_broken_connection_is_due() {
        for connection in
            [Connection::Connecting, Connection::Open, Connection::Resting, Connection::SignedOut]
        {
            assert!(!connection.due(i64::MAX), "{connection:?}");
        }
    }
}
