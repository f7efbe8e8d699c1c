//! Putting tasks into the queue.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::atomic::Ordering;

use super::bind::{texts, values};
use super::column::{given, id, text, word};
use super::fault::Tried;
use super::insert::{Begun, NewRow, chunks, insert};
use super::transaction::{Reads, Transaction};
use super::{MysqlStore, sql};
use crate::queue::{Enqueued, NewTask, State, TaskId};
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::{Result, StoreError, time};

/// Keys that one look asks for.
const KEYS_MAX: usize = 1_000;

/// Tasks that are there already, by their key.
type Known = BTreeMap<String, (TaskId, State)>;

/// What a call put into the queue.
struct Inserted {
    answers: Vec<Enqueued>,
    deltas: Deltas,
}

impl MysqlStore {
    pub(super) fn enqueue_tasks(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let mut looks = self.meets_keys.load(Ordering::Relaxed);
        self.write_if(Reads::Everywhere, |transaction| {
            if queue_max > 0 {
                // Others who count before they add wait here for our commit.
                transaction.send(sql!("queue_lock"))?;
            }
            // A key that is there already fails the transaction. Its next try looks first.
            let known =
                if mem::replace(&mut looks, true) { self.known_keys(transaction, tasks)? } else { Known::new() };
            let Inserted { answers, deltas } = insert_all(transaction, tasks, &known)?;
            let added = answers.iter().filter(|task| !task.duplicate).count();
            if added == 0 {
                return Ok((answers, false));
            }
            if queue_max > 0 {
                let queued = MysqlStore::waiting(transaction)?;
                if queued.saturating_add(added as u64) > queue_max {
                    return Err(StoreError::no_room(queued, added as u64, queue_max).into());
                }
            }
            self.write_deltas(transaction, deltas)?;
            Ok((answers, true))
        })
    }

    /// The tasks that have one of the keys already.
    fn known_keys(&self, transaction: &mut Transaction<'_>, tasks: &[NewTask]) -> Tried<Known> {
        let keys: BTreeSet<&str> = tasks.iter().filter_map(|task| task.key.as_deref()).collect();
        let mut known = Known::new();
        for page in keys.iter().copied().collect::<Vec<_>>().chunks(KEYS_MAX) {
            let query = sql!("task_by_key").replace("{keys}", &texts(page.iter().copied()));
            for row in transaction.send(&query)?.rows {
                let id = id(&row, 0)?;
                let state = State::of_word(&word(&row, 1));
                known.insert(text(&row, 2).unwrap_or_default(), (id, state));
            }
        }
        if !keys.is_empty() {
            self.meets_keys.store(!known.is_empty(), Ordering::Relaxed);
        }
        Ok(known)
    }
}

/// Inserts the tasks whose key is not known. One that has the key of a task before it is that one.
fn insert_all(transaction: &mut Transaction<'_>, tasks: &[NewTask], known: &Known) -> Tried<Inserted> {
    let batches = batches(transaction, tasks, known)?;
    let text = time::to_text(transaction.now);
    let begun = Begun { at: transaction.now, text: &text };
    let mut answers: Vec<Option<Enqueued>> = vec![None; tasks.len()];
    let mut deltas = Deltas::default();
    let mut fresh = Vec::with_capacity(tasks.len());
    let mut firsts = HashMap::new();
    for (at, task) in tasks.iter().enumerate() {
        if let Some(key) = task.key.as_deref() {
            answers[at] = known.get(key).map(|&(id, state)| Enqueued { id, state, duplicate: true });
            if answers[at].is_some() || *firsts.entry(key).or_insert(at) != at {
                continue;
            }
        }
        let batch_id = task.batch.as_ref().and_then(|name| batches.get(name)).copied();
        fresh.push(NewRow::of(at, task, batch_id, begun));
    }
    for chunk in chunks(&fresh) {
        for (row, id) in chunk.iter().zip(insert(transaction, chunk)?) {
            answers[row.at] = Some(Enqueued { id, state: row.state, duplicate: false });
            deltas.enter(CountedUnder { task_func: &row.task_func, batch_id: row.batch_id }, Standing::of(row.state));
            deltas.happened("enqueued");
        }
    }
    // Each task was inserted, or its key was known, or a task before it has its key.
    let first = |at: usize| tasks[at].key.as_deref().and_then(|key| answers[*firsts.get(key)?].clone());
    let answer =
        |at: usize| answers[at].clone().or_else(|| first(at).map(|first| Enqueued { duplicate: true, ..first }));
    Ok(Inserted { answers: (0..tasks.len()).filter_map(answer).collect(), deltas })
}

/// The numbers of the batches of tasks that are new, made where they are not there.
fn batches(transaction: &mut Transaction<'_>, tasks: &[NewTask], known: &Known) -> Tried<BTreeMap<String, i64>> {
    let is_new = |task: &&NewTask| task.key.as_ref().is_none_or(|key| !known.contains_key(key));
    let names: BTreeSet<&String> = tasks.iter().filter(is_new).filter_map(|task| task.batch.as_ref()).collect();
    let mut out = BTreeMap::new();
    for name in names {
        let found = transaction.run(sql!("batch_by_name"), values![name])?;
        let number = match found.rows.first() {
            Some(row) => id(row, 0)?,
            None => {
                let made = transaction.run(sql!("batch_insert"), values![name, transaction.now])?;
                given(made.last_insert_id)?
            }
        };
        out.insert(name.clone(), number);
    }
    Ok(out)
}
