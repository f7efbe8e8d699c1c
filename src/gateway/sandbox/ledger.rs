//! The ledger: one line for every request that the sandbox received. It is the judge of what was sent, how often, and what the
//! sender was told; so a line is written before its answer goes out.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use super::SandboxError;
use super::behaviour::{Behaviour, Fate, message_key};
use super::request::Form;

/// Different messages whose count is remembered; the sandbox takes later ones for new every time. 4 Mi of them take 64 MiB.
const MESSAGES_MAX: usize = 4 << 20;

/// One request. The fields of a line of the ledger file.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// From 1, in the order of the ledger.
    pub seq: u64,
    /// RFC 3339, UTC, with microseconds.
    pub received_at: String,
    /// `mrt` of the form.
    pub to: String,
    /// `msg_utf8` of the form.
    pub text: String,
    /// `sender` of the form.
    pub sender: String,
    /// `application` of the form.
    pub application: String,
    /// How often this number and text have come, this time included.
    pub nth: u32,
    /// `accepted`, `hang-up`, `silent`, `garbage`, or the status that was answered.
    pub answer: String,
    /// Whether the message was taken, whatever the answer.
    pub accepted: bool,
}

/// Text and numbers are people's, even in a sandbox.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("seq", &self.seq)
            .field("nth", &self.nth)
            .field("answer", &self.answer)
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}

/// How many requests came, and how many messages were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that came, whatever the answer.
    pub requests: u64,
    /// Messages that were taken, whatever the answer.
    pub accepted: u64,
}

/// Where a sandbox keeps its ledger.
#[derive(Clone, Copy, Debug)]
pub enum Keep<'a> {
    /// In memory, for as long as the sandbox lives; it grows with every request.
    Memory,
    /// In this file, to which lines are appended; a new file gets the mode 0600.
    File(&'a Path),
    /// Nowhere: requests are counted only.
    Nowhere,
}

pub(super) struct Ledger {
    inner: Mutex<Inner>,
    grew: Condvar,
    stopped: Mutex<bool>,
    ended: Condvar,
}

struct Inner {
    counts: Counts,
    seen: HashMap<u64, u32>,
    kept: Keeping,
}

enum Keeping {
    Memory(Vec<Entry>),
    File(File),
    Nowhere,
}

impl Ledger {
    pub(super) fn open(keep: Keep<'_>) -> Result<Ledger, SandboxError> {
        let kept = match keep {
            Keep::File(path) => {
                let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
                Keeping::File(file.map_err(|source| SandboxError::Ledger { path: path.to_owned(), source })?)
            }
            Keep::Memory => Keeping::Memory(Vec::new()),
            Keep::Nowhere => Keeping::Nowhere,
        };
        let inner = Inner { counts: Counts::default(), seen: HashMap::new(), kept };
        let (inner, stopped) = (Mutex::new(inner), Mutex::new(false));
        Ok(Ledger { inner, grew: Condvar::new(), stopped, ended: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request down and says what becomes of it.
    pub(super) fn record(&self, form: Form, behaviour: &Behaviour) -> io::Result<Fate> {
        let key = message_key(&form.to, &form.text);
        let mut inner = self.lock();
        let nth = inner.count(key);
        let fate = behaviour.fate(&form.application, &form.to, &form.text, nth);
        inner.counts.requests += 1;
        inner.counts.accepted += u64::from(fate.takes());
        let entry = Entry {
            seq: inner.counts.requests,
            received_at: format!("{:.6}", Timestamp::now()),
            to: form.to,
            text: form.text,
            sender: form.sender,
            application: form.application,
            nth,
            answer: fate.word(),
            accepted: fate.takes(),
        };
        inner.keep(entry)?;
        drop(inner);
        self.grew.notify_all();
        Ok(fate)
    }

    /// What was kept in memory.
    pub(super) fn entries(&self) -> Vec<Entry> {
        match &self.lock().kept {
            Keeping::Memory(entries) => entries.clone(),
            Keeping::File(_) | Keeping::Nowhere => Vec::new(),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// Waits until `requests` have come, the sandbox is stopped, or `limit` has passed; says whether they have come.
    pub(super) fn wait_for(&self, requests: u64, limit: Option<Duration>) -> bool {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut inner = self.lock();
        while inner.counts.requests < requests && !self.is_stopped() {
            inner = match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                None => self.grew.wait(inner).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => break,
                Some(left) => self.grew.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        inner.counts.requests >= requests
    }

    /// Waits for `span`, or until the sandbox is stopped.
    pub(super) fn pause(&self, span: Duration) {
        if span.is_zero() {
            return;
        }
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.ended.wait_timeout_while(stopped, span, |stopped| !*stopped));
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        // Under the lock of those who wait for requests: none of them can miss it between its look and its wait.
        let inner = self.lock();
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        drop(inner);
        self.ended.notify_all();
        self.grew.notify_all();
    }
}

impl Inner {
    fn count(&mut self, key: u64) -> u32 {
        if self.seen.len() >= MESSAGES_MAX && !self.seen.contains_key(&key) {
            return 1;
        }
        let nth = self.seen.entry(key).or_default();
        *nth = nth.saturating_add(1);
        *nth
    }

    fn keep(&mut self, entry: Entry) -> io::Result<()> {
        match &mut self.kept {
            Keeping::Nowhere => {}
            Keeping::Memory(entries) => entries.push(entry),
            Keeping::File(file) => {
                // One write per line: a sandbox that is killed leaves no half of one.
                let mut line = serde_json::to_vec(&entry)?;
                line.push(b'\n');
                file.write_all(&line)?;
            }
        }
        Ok(())
    }
}
