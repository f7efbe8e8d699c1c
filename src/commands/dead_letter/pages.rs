//! Dead letters, page by page, narrowed by what their tasks are.

use std::collections::HashSet;

use super::super::Context;
use super::super::filter_flags::{DeadLetterFlags, IDS_MAX};
use crate::error::Error;
use crate::queue::{DeadLetter, Filter, TaskId};
use crate::store::Store;

/// Hands all dead letters that `flags` mean to `see`, in the order of their ids, until it says `false`.
///
/// Batch, lane and name are the task's: letters whose task is not in the queue have none, and none of these filters means them.
///
/// # Errors
/// The settings, the database, or `see`.
pub fn each(
    context: &Context,
    store: &dyn Store,
    flags: &DeadLetterFlags,
    mut see: impl FnMut(DeadLetter) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut rest = flags.shared.limit.unwrap_or(u64::MAX);
    let mut filter = flags.filter(context)?;
    let tasks = flags.work.chooses().then(|| task_filter(context, store, flags)).transpose()?;
    filter.limit = Some(IDS_MAX as u64);
    loop {
        let page = store.dead_letters(&filter)?;
        let ended = page.len() < IDS_MAX;
        filter.after = page.last().map(|letter| letter.id);
        for letter in narrowed(store, page, tasks.as_ref())? {
            if rest == 0 {
                return Ok(());
            }
            rest -= 1;
            if !see(letter)? {
                return Ok(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}

fn task_filter(context: &Context, store: &dyn Store, flags: &DeadLetterFlags) -> Result<Filter, Error> {
    Ok(Filter {
        batch: flags.work.batch.clone(),
        task_funcs: flags.work.task_funcs(context, store)?,
        task: flags.work.task.clone(),
        ..Filter::default()
    })
}

/// Those of `page` whose task `tasks` means.
fn narrowed(store: &dyn Store, page: Vec<DeadLetter>, tasks: Option<&Filter>) -> Result<Vec<DeadLetter>, Error> {
    let Some(tasks) = tasks else { return Ok(page) };
    let ids: Vec<TaskId> = page.iter().filter_map(|letter| letter.task_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = store.list(&Filter { ids, ..tasks.clone() })?;
    let found: HashSet<TaskId> = found.into_iter().map(|task| task.id).collect();
    Ok(page.into_iter().filter(|letter| letter.task_id.is_some_and(|id| found.contains(&id))).collect())
}
