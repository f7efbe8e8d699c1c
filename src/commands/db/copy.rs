//! `smsctl db copy`: a whole queue, from one database to another.

use std::path::Path;

use super::super::order::ConsentFlags;
use super::super::shapes::CopyShape;
use super::super::spare::{Role, require_apart, require_spare};
use super::super::{Context, Done, Outcome, words};
use crate::config::Environment;
use crate::engine;
use crate::engine::host::{Pulse, pulse, this_process};
use crate::error::{Error, Kind};
use crate::output::Lines;
use crate::store::copy::Target;
use crate::store::{
    Access, Copied, Copy, CopyError, Keep, LEASE, Location, MigrationState, Side, Store, StoreError, Worker,
};

/// What stands before the name of a variable that holds a URL.
const BY_VARIABLE: &str = "env:";

/// Copy a whole queue to another database, and go on there
///
/// Between files and servers, in both directions: ids, states, attempts, dead letters, batches, lanes, counts of hours and the
/// audit log are kept. Both databases are closed to everything else meanwhile; at the end both are read again, and the counts
/// and checksums of every table must agree. Then the target is the queue, and the source stays closed: `enqueue`, `work` and
/// orders on it are refused, so that nothing is sent twice. With `--keep-source` it is the other way round: the source goes on,
/// and the target is a closed copy. `smsctl db open` opens a closed queue.
///
/// No worker may run on either of them. What can be known beforehand is looked at before anything is made or closed, and
/// `--dry-run` tells of it, too. A copy that fails for good (a row that the target cannot hold) opens the source again, one that
/// was interrupted leaves both closed; either goes on when the same command is run again. While the tables of a new target are made
/// both are open still: what is enqueued in the target then keeps the copy out of it. What dead workers hold is settled first, as
/// far as their flight logs are on this host; the rest becomes unknown in the target. With `--keep-source` it is left to the
/// workers of the source.
///
/// FROM and TO are URLs as in `database.url`. A password need not stand there: `?password_file=PATH`, `database.password_file`
/// of the settings, or `env:NAME` for a URL that stands in the variable NAME.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db copy sqlite:////var/lib/smsctl/sms.db 'mysql://sms@db1/sms?password_file=/etc/smsctl/password'
  smsctl db copy --yes env:OLD_DATABASE_URL env:NEW_DATABASE_URL
  smsctl db copy --keep-source --yes sqlite:///sms.db sqlite:///trial.db")]
pub struct Args {
    /// The database that has the queue
    #[arg(value_name = "FROM")]
    from: String,
    /// The database that gets it: empty, or not there yet
    #[arg(value_name = "TO")]
    to: String,
    /// The source goes on, and the copy is closed
    #[arg(long)]
    keep_source: bool,
    #[command(flatten)]
    consent: ConsentFlags,
}

/// Runs the command.
///
/// # Errors
/// The URLs, the databases, a worker that is at work, or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let (from, to) = (location("FROM", &args.from, context)?, location("TO", &args.to, context)?);
    let places = (from.url(), to.url());
    if let Location::Sqlite(file) = &to {
        require_spare(file, Role::Database, context)?;
        if let Location::Sqlite(source) = &from {
            require_apart(file, source)?;
        }
    }
    let source = open_source(&from, context)?;
    let mut rows = crate::store::copy::rows(&*source)?;
    let from_side = Side { store: &*source, location: &places.0 };
    if let Some(copied) = look_first(from_side, (&to, &places.1), args, context)? {
        context.out.note("it was done by an earlier run: nothing was left to copy");
        if args.consent.dry_run {
            rows.iter_mut().for_each(|(_, rows)| *rows = 0);
            return preview(rows, &places, context);
        }
        tell(&copied, args, &places, context)?;
        mention_processing(&*source, context)?;
        return Ok(Done::Well);
    }
    if args.consent.dry_run {
        return preview(rows, &places, context);
    }
    let total: u64 = rows.iter().map(|(_, rows)| rows).sum();
    let (verb, end) = if args.keep_source { ("copy", "") } else { ("move", ", and close the first") };
    let question = format!("{verb} {} from `{}` to `{}`{end}", words::count(total, "row"), places.0, places.1);
    args.consent.agree(context, &question)?;
    let target = context.store_at(&to, Access::Create)?;
    let sides = [from_side, Side { store: &*target, location: &places.1 }];
    let copied = copy(&sides, (&from, args.keep_source), total, context)?;
    tell(&copied, args, &places, context)?;
    mention_processing(&*target, context)?;
    Ok(Done::Well)
}

/// The store that is copied. What is said of a database that is not there is meant for that of the settings.
fn open_source(from: &Location, context: &Context) -> Result<Box<dyn Store>, Error> {
    let is_missing = matches!(from, Location::Sqlite(file) if !file.exists());
    context.store_at(from, Access::Existing).map_err(|error| {
        if is_missing {
            error.hint("FROM names the database that has the queue: check its path (`sqlite:///` and one from here, or `sqlite:////` and one from the root)")
        } else {
            error
        }
    })
}

/// What stands against the copy, before anything is asked, made or closed. If it was done by an earlier run: what that copied.
fn look_first(from: Side<'_>, to: (&Location, &str), args: &Args, context: &Context) -> Result<Option<Copied>, Error> {
    /// Another run of the same copy may go from one step to the next while this one looks.
    const LOOKS: u32 = 3;
    let mut looks = 0;
    loop {
        let target = target_there(to.0, context)?;
        let side = target.as_deref().map(|store| Side { store, location: to.1 });
        if !args.keep_source
            && let Some(side) = side
            && let Some(copied) = crate::store::copy::earlier(from, side)?
        {
            return Ok(Some(copied));
        }
        let place = match (target.as_deref(), to.0) {
            (Some(store), _) => Target::There(store),
            (None, Location::Sqlite(_)) => Target::File,
            (None, Location::Mysql(_)) => Target::Server,
        };
        looks += 1;
        match crate::store::copy::look(from, to.1, place) {
            Err(StoreError::Copy(CopyError::OtherCopy { .. })) if looks < LOOKS => continue,
            looked => drop(looked?),
        }
        // Who only wants to look may have workers, and is told that they have to end first.
        match [Some(from), side].iter().flatten().try_for_each(require_no_workers) {
            Err(error) if args.consent.dry_run => context.out.warn(&error.message),
            refused => refused?,
        }
        return Ok(None);
    }
}

/// A copy that cannot begin because another run of it has come to its end since this one looked has been done. Otherwise the error.
fn done_meanwhile(error: StoreError, sides: &[Side<'_>; 2], keep_source: bool) -> Result<Copied, Error> {
    match crate::store::copy::earlier(sides[0], sides[1]) {
        Ok(Some(copied)) if !keep_source => Ok(copied),
        _ => Err(error.into()),
    }
}

/// The target, if it has its tables already. One that would be refused is refused.
fn target_there(to: &Location, context: &Context) -> Result<Option<Box<dyn Store>>, Error> {
    if matches!(to, Location::Sqlite(file) if !file.exists()) {
        return Ok(None);
    }
    let target = context.store_at(to, Access::Inspect)?;
    match target.schema()?.state {
        MigrationState::Current => Ok(Some(target)),
        // Of several servers it would be made on the wrong one.
        MigrationState::Empty | MigrationState::Older if has_several_hosts(to) => {
            context.store_at(to, Access::Existing).map(Some)
        }
        MigrationState::Empty => Ok(None),
        // On a server somebody may have been interrupted who was making them: then it goes on.
        MigrationState::Older if matches!(to, Location::Mysql(_)) => Ok(None),
        _ => context.store_at(to, Access::Existing).map(Some),
    }
}

fn has_several_hosts(location: &Location) -> bool {
    matches!(location, Location::Mysql(server) if server.hosts.len() > 1)
}

/// The copy itself. Whatever ends it, the error says how the source was left.
fn copy(sides: &[Side<'_>; 2], from: (&Location, bool), total: u64, context: &Context) -> Result<Copied, Error> {
    let (from, keep_source) = from;
    // Looked at twice: a copy that may not run shuts nothing, not even for the moment in which somebody may end it.
    sides.iter().try_for_each(require_no_workers)?;
    let is_open = match crate::store::copy::look(sides[0], sides[1].location, Target::There(sides[1].store)) {
        Ok(is_open) => is_open,
        Err(error) => return done_meanwhile(error, sides, keep_source),
    };
    if is_open
        && !keep_source
        && let Err(error) = settle_the_dead(from, sides[0].store, context)
        && sides[0].store.copying().closure()?.is_none()
    {
        return Err(error);
    }
    let copy = match Copy::begin(sides[0], sides[1]) {
        Ok(copy) => copy,
        Err(error) => return done_meanwhile(error, sides, keep_source),
    };
    if let Err(error) = sides.iter().try_for_each(require_no_workers) {
        copy.undo()?;
        return Err(error);
    }
    // Every row is copied, and read once more on either side.
    let progress = context.out.progress(Some(total.saturating_mul(3)), "copying");
    let keep = if keep_source { Keep::Source } else { Keep::Target };
    let copied = copy.run(&mut |rows| progress.inc(rows)).and_then(|copied| copy.finish(keep).map(|()| copied));
    progress.finish();
    let error = match copied {
        Ok(copied) => return Ok(copied),
        Err(error) => error,
    };
    if !keep_source
        && matches!(error, StoreError::Copy(CopyError::AnotherRun))
        && let Some(copied) = crate::store::copy::earlier(sides[0], sides[1])?
    {
        context.out.note("another run of the same copy came to its end first");
        return Ok(copied);
    }
    let left = copy.give_up(!error.is_transient());
    Err(Error::of_copy(error, sides[0].location, left))
}

/// Where an argument points.
fn location(name: &str, argument: &str, context: &Context) -> Result<Location, Error> {
    let variable = argument.strip_prefix(BY_VARIABLE);
    let url = match variable {
        None => argument.to_owned(),
        Some(variable) => {
            let environment = Environment::of_process();
            let value = environment.get(variable).and_then(|value| value.to_str()).map(str::to_owned);
            value.ok_or_else(|| {
                Error::new(Kind::Usage, format!("{name} names the variable `{variable}`, which holds no URL"))
                    .hint(format!("set it: `export {variable}=mysql://user@host/name`"))
            })?
        }
    };
    let location = Location::parse(&url, Path::new("")).map_err(|error| {
        let hint = "FROM and TO are written as `database.url`: `sqlite:////var/lib/sms.db`, `mysql://user@host/name`";
        Error { kind: Kind::Usage, ..Error::from(error).hint(hint) }
    })?;
    Ok(location.with_password_file(context.config()?.database.password_file.as_deref()))
}

fn preview(rows: Vec<(&'static str, u64)>, places: &(String, String), context: &Context) -> Outcome {
    let mut lines = Lines::new();
    for (table, rows) in &rows {
        lines.line(table, words::thousands(*rows));
    }
    let shape = CopyShape::preview(places, rows);
    context.out.story(&shape, &shape.total().to_string(), &lines)?;
    Ok(Done::Well)
}

/// Once both databases are closed, nobody can begin later who is not there now.
fn require_no_workers(side: &Side<'_>) -> Result<(), Error> {
    let me = this_process(0);
    let lives = |worker: &Worker| match pulse(worker, &me) {
        _ if worker.ended_at.is_some() => false,
        // It may stand still, and wake when the queue has gone elsewhere.
        Pulse::Alive => true,
        Pulse::Gone => false,
        // Once its lease has run out it writes a heartbeat before it sends, and a closed queue takes none.
        Pulse::Unknown => worker.heartbeat_age <= LEASE,
    };
    let alive = side.store.workers()?.iter().filter(|worker| lives(worker)).count() as u64;
    if alive == 0 {
        return Ok(());
    }
    let are = if alive == 1 { "is" } else { "are" };
    let message = format!("{} {are} at work on `{}`", words::count(alive, "worker"), side.location);
    Err(Error::new(Kind::TempFail, message)
        .hint("stop them (`smsctl workers` lists them), then run the same command again"))
}

/// Decides about what dead workers of this host hold, as far as their flight logs tell. With `--keep-source` the workers of the source
/// do, as ever.
fn settle_the_dead(from: &Location, source: &dyn Store, context: &Context) -> Result<(), Error> {
    let recovered = engine::settle_what_logs_tell(&super::super::work::plan_of_logs(from, context.config()?), source)?;
    if recovered.tasks > 0 {
        let tasks = words::count(recovered.tasks, "task");
        context
            .out
            .note(&format!("{tasks} that dead workers held were settled before the copy, as their flight logs tell"));
    }
    Ok(())
}

fn tell(copied: &Copied, args: &Args, places: &(String, String), context: &Context) -> Result<(), Error> {
    let queue = if args.keep_source { &places.0 } else { &places.1 };
    let mut lines = Lines::new();
    for table in &copied.tables {
        lines.line(table.name, words::thousands(table.rows));
    }
    lines.gap();
    lines.paragraph(if copied.is_earlier {
        "every table of the source has the count and the checksum that it had when they agreed"
    } else {
        "counts and checksums of every table agree"
    });
    lines.paragraph(if args.keep_source {
        format!("`{queue}` goes on; the copy `{}` is closed: `smsctl db open` opens it", places.1)
    } else {
        format!("`{queue}` is the queue now: set `database.url` to it everywhere; `{}` is closed", places.0)
    });
    let shape = CopyShape::done(places, copied, queue);
    context.out.story(&shape, &shape.total().to_string(), &lines)?;
    Ok(())
}

/// What was with a worker when it died, or is with another program, as one of the databases has it.
fn mention_processing(store: &dyn Store, context: &Context) -> Result<(), Error> {
    let processing = store.stats()?.tasks.processing;
    if processing > 0 {
        let tasks = words::count(processing, "task");
        context.out.warn(&format!(
            "{tasks} were copied as `processing`: those of another program are its own; those of workers whose flight logs are not here \
             become unknown in the copy"
        ));
    }
    Ok(())
}
