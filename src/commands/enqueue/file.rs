//! `enqueue --file`: a file of messages, streamed into the queue.

use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use csv::ByteRecord;
use jiff::{Timestamp, ZonedDateTime};
use serde::Serialize;

use super::super::segments::text_of;
use super::{Args, LaneCheck, input, state_of};
use crate::commands::signals;
use crate::commands::spare::{Role, is_read, require_spare};
use crate::commands::{Context, Done, Outcome, local, words};
use crate::config::Config;
use crate::engine::Stop;
use crate::error::{Again, Error, Kind};
use crate::intake::times::TimeError;
use crate::intake::{
    BATCH_PARTS_MAX, Columns, Fault, FileFormat, Halt, IntakeError, LoadError, Loader, Meant, Rejects, Rows, Slip,
    Slips, Summary, Template,
};
use crate::output::{FilePart, Format};
use crate::queue::{Due, Enqueued, NewTask};
use crate::store::{Access, Store, StoreError};

/// How long a transaction that is under way may go on waiting for others when somebody has asked to stop.
const GRACE: Duration = Duration::from_secs(1);

/// What became of a file.
#[derive(Serialize)]
struct Shape<'a> {
    batch: Option<&'a str>,
    read: u64,
    enqueued: u64,
    duplicates: u64,
    rejected: u64,
    segments: u64,
    rejects_file: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be used, that of the rejects is still needed, the queue is full, a signal; or the settings, the database or
/// stdout.
pub fn run(args: &Args, now: &ZonedDateTime, context: &Context) -> Outcome {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    let format = format(args, path)?;
    let config = context.config()?;
    if let Some(rejects) = &args.rejects {
        require_spare(rejects, Role::Output, context)?;
        let reads = [Some(path), args.text.as_deref().filter(|text| *text == "-").map(Path::new)];
        if reads.into_iter().flatten().any(|input| is_read(rejects, input)) {
            return Err(Error::new(Kind::Usage, "`--rejects` names the file that is read"));
        }
    }
    let drafts = args.drafts(template(args, path)?, now, config)?;
    let stop = Stop::new();
    stop.allow(GRACE);
    let given_up = AtomicBool::new(false);
    let (input, pace) = input::open(path, &stop, &given_up)?;
    let columns = Columns::new(args.map.clone()).filling(drafts.text.as_ref());
    let mut rows = Rows::open(format, input, columns)?;
    rows.check_texts(drafts.text.as_ref())?;
    tell_slips(rows.slips(), format, args, context);
    let mut rejects = match &args.rejects {
        Some(rejects) => rejects_at(rejects, &rows.header())?,
        None => Rejects::counted(),
    };
    let (dry_run, lanes) = (args.dry_run, LaneCheck::default());
    let passed = Passed { now: now.timestamp(), for_all: drafts.available, rows: 0 };
    let mut queue = Queue { store: None, dry_run, config, context, lanes, passed, unheard: None, stop: &stop };
    let progress = context.out.progress(None, "rows");
    let mut load = || {
        Loader {
            drafts: &drafts,
            rejects: &mut rejects,
            sink: &mut |tasks| queue.take(tasks),
            progress: &mut |count| progress.inc(count),
            atomic: args.atomic,
            pace,
            // What is too much for a bounded queue is a part, and not what was read with it.
            parts_max: if config.queue.max_size > 0 { 1 } else { BATCH_PARTS_MAX },
            is_size: &|refusal: &Refusal| refusal.why == Why::Size,
        }
        .run(&mut rows)
    };
    // Where the system starts no thread that waits for signals they end the process, as they do any other.
    let (loaded, signal) = signals::obeyed(&stop, |_| load()).unwrap_or_else(|_| (load(), None));
    if loaded.is_ok() {
        signals::let_finish();
    }
    progress.finish();
    tell_slips(rows.slips(), format, args, context);
    queue.passed.tell(context);
    let is_cut = matches!(&loaded, Err(LoadError { halt: Halt::Intake(IntakeError::Rejects(_)), .. }));
    tell_rejects(&rejects, args, is_cut, context);
    let summary = loaded.map_err(|stop| stopped(stop, signal, args))?;
    if let Some(error) = queue.unheard {
        return Err(error.into());
    }
    if args.atomic && summary.rejected > 0 {
        context.out.warn("nothing was enqueued: `--atomic` takes a file whole");
    }
    show(args, &summary, context)?;
    Ok(if summary.rejected > 0 { Done::Partly } else { Done::Well })
}

/// Where accepted rows go: the store, or nowhere under `--dry-run`.
struct Queue<'a> {
    /// Opened for the first rows: a file that has none does not leave a new database behind.
    store: Option<Box<dyn Store>>,
    dry_run: bool,
    config: &'a Config,
    context: &'a Context,
    lanes: LaneCheck,
    passed: Passed,
    /// Why nobody hears the ids any more. Whoever stops reading them does not mean to stop the file half way.
    unheard: Option<io::Error>,
    stop: &'a Stop,
}

/// Why the queue did not take some rows.
struct Refusal {
    why: Why,
    error: Box<Error>,
}

/// What matters of it here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Somebody has asked to stop.
    Stop,
    /// Fewer of them may fit.
    Size,
    /// Nobody knows whether they are in.
    Doubt,
    Else,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal { why: Why::Else, error: Box::new(error) }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        let why = match error {
            StoreError::QueueFull { .. } | StoreError::TooMany { .. } | StoreError::PacketTooLarge { .. } => Why::Size,
            StoreError::Indeterminate { .. } => Why::Doubt,
            _ => Why::Else,
        };
        Refusal { why, error: Box::new(error.into()) }
    }
}

impl Queue<'_> {
    fn take(&mut self, tasks: &[NewTask]) -> Result<Vec<Enqueued>, Refusal> {
        tasks.iter().for_each(|task| self.lanes.look_at(&task.lane, self.config, self.context));
        if self.dry_run {
            let now = self.passed.now;
            let dry = |task: &NewTask| Enqueued { id: 0, state: state_of(task.available, now), duplicate: false };
            let answers: Vec<Enqueued> = tasks.iter().map(dry).collect();
            self.passed.count(tasks, &answers);
            return Ok(answers);
        }
        if self.stop.is_asked() {
            let error = Error::new(Kind::TempFail, "somebody has asked to stop");
            return Err(Refusal { why: Why::Stop, error: Box::new(error) });
        }
        let store = match &mut self.store {
            Some(store) => store,
            none => {
                let store = none.insert(self.context.store(Access::Create)?);
                store.heed(self.stop.deadline());
                store
            }
        };
        let answers = store.enqueue(tasks, self.config.queue.max_size)?;
        self.passed.count(tasks, &answers);
        if self.context.out.style().format == Format::Plain && self.unheard.is_none() {
            let ids: String = answers.iter().map(|answer| format!("{}\n", answer.id)).collect();
            self.unheard = self.context.out.text(&ids).err();
        }
        Ok(answers)
    }
}

/// Rows that ask for a time that has passed. One warning stands for all: there may be a million of them.
struct Passed {
    now: Timestamp,
    /// What `--at` asks for; that was told before.
    for_all: Option<Due>,
    rows: u64,
}

impl Passed {
    fn count(&mut self, tasks: &[NewTask], answers: &[Enqueued]) {
        let has_passed =
            |due: Option<Due>| matches!(due, Some(Due::At(time)) if time < self.now) && due != self.for_all;
        let pairs = tasks.iter().zip(answers);
        self.rows += pairs.filter(|(task, answer)| !answer.duplicate && has_passed(task.available)).count() as u64;
    }

    fn tell(&self, context: &Context) {
        let due = match self.rows {
            0 => return,
            1 => "its task is due now",
            _ => "their tasks are due now",
        };
        let rows = words::count(self.rows, "row");
        context.out.warn(&format!("the time of `at` has passed in {rows}: {due}"));
    }
}

fn format(args: &Args, path: &Path) -> Result<FileFormat, Error> {
    args.format.or_else(|| FileFormat::guess(path)).ok_or_else(|| {
        let message = if path == Path::new("-") {
            "what stdin brings cannot be guessed".to_owned()
        } else {
            format!("the ending of `{}` does not tell what the file is", path.display())
        };
        Error::new(Kind::Usage, message).hint("say `--format csv` or `--format jsonl`")
    })
}

/// `--text`, for every row.
fn template(args: &Args, path: &Path) -> Result<Option<Template>, Error> {
    let Some(text) = args.text.clone() else { return Ok(None) };
    if text == "-" && path == Path::new("-") {
        return Err(Error::new(Kind::Usage, "stdin cannot bring both the file and the text"));
    }
    let text = text_of(text)?;
    if text.trim().is_empty() {
        return Err(Fault::BlankText.into());
    }
    Ok(Some(Template::parse(text)?))
}

/// The file of rejects.
fn rejects_at(path: &Path, header: &ByteRecord) -> Result<Rejects, Error> {
    Rejects::written(path, header).map_err(|error| match error {
        IntakeError::Rejects(cause) => Error::writing(path, &cause),
        other => other.into(),
    })
}

/// What stands in columns that are no fields is not lost on a template, but on everything else.
fn tell_slips(slips: &mut Slips, format: FileFormat, args: &Args, context: &Context) {
    let what = if format == FileFormat::Csv { "column" } else { "key" };
    for Slip { name, meant } in slips.take() {
        let hint = match meant {
            // It was said where it counts.
            Meant::Option(option) if is_given(option, args) => continue,
            Meant::Option(option) => format!("`{option}` holds for the whole file"),
            Meant::Wait => "`at` takes a time; a duration is given for the whole file, with `--in`".to_owned(),
            Meant::Column(field, _) => format!("`--map {}={name}` takes it for that", field.as_str()),
        };
        let meant = meant.as_str();
        context.out.warn(&format!("the {what} `{name}` means nothing, and no text uses it: did you mean `{meant}`?"));
        context.out.hint(&hint);
    }
}

/// Whether an option is given that rows cannot give.
fn is_given(option: &str, args: &Args) -> bool {
    match option {
        "--batch" => args.batch.is_some(),
        "--max-retries" => args.max_retries.is_some(),
        "--max-segments" => args.max_segments.is_some(),
        "--region" => args.region.is_some(),
        _ => false,
    }
}

/// What was refused. Of a file that `is_cut` short it is not said that it has all of that.
fn tell_rejects(rejects: &Rejects, args: &Args, is_cut: bool, context: &Context) {
    for (line, fault) in &rejects.told {
        context.out.warn(&format!("line {line}: {fault}"));
    }
    let lacks_zone = rejects.told.iter().any(|(_, fault)| *fault == Fault::At(TimeError::NoZone));
    if let Some(name) = local::tz().filter(|_| lacks_zone) {
        context.out.hint(&format!("`TZ` is `{name}`; {}", TimeError::NoZone.hint()));
    }
    let more = rejects.count - rejects.told.len() as u64;
    match &args.rejects {
        Some(_) if is_cut => {}
        Some(path) if rejects.count > 0 => {
            context.out.hint(&format!("`{}` has every refused row with its reason", path.display()));
        }
        None if more > 0 => {
            context.out.warn(&format!("{} not shown here", words::count(more, "more refused row")));
            context.out.hint("`--rejects FILE` writes every refused row with its reason");
        }
        _ => {}
    }
}

/// What is said when a file does not go in whole: what is in stays in.
fn stopped(stop: LoadError<Refusal>, signal: Option<u8>, args: &Args) -> Error {
    let is_certain = !matches!(&stop.halt, Halt::Queue(refusal) if refusal.why == Why::Doubt);
    let error = match (stop.halt, signal) {
        (Halt::Intake(_), Some(signal)) => Error::interrupted(signal),
        (Halt::Queue(refusal), Some(signal)) if is_certain => {
            let error = Error::interrupted(signal);
            if refusal.why == Why::Stop { error } else { error.cause(refusal.error.message) }
        }
        (Halt::Intake(IntakeError::Rejects(cause)), None) => {
            Error::of_rejects(args.rejects.as_deref().unwrap_or(Path::new("-")), &cause)
        }
        (Halt::Intake(error), None) => error.into(),
        (Halt::Queue(refusal), _) => *refusal.error,
    };
    let Summary { read, enqueued, duplicates, rejected, .. } = stop.before;
    if enqueued == 0 || args.dry_run {
        let is_told = signal.is_some() && is_certain;
        return if is_told { error.within("nothing of the file was added to the queue") } else { error };
    }
    let again = match (stop.has_keys, is_certain) {
        (true, _) => Again::Safe,
        (false, true) => Again::Twice,
        (false, false) => Again::Doubtful,
    };
    let place = format!("rows up to {} (line {})", words::thousands(read), words::thousands(stop.line));
    let counts = format!("{} queued{}", words::count(enqueued, "message"), others(duplicates, rejected));
    error.half_way(FilePart { read, line: stop.line, enqueued, duplicates, rejected }, (&place, &counts), again)
}

/// The rows that brought no message, if there are any.
fn others(duplicates: u64, rejected: u64) -> String {
    let counts = [(duplicates, "duplicate"), (rejected, "refused row")].into_iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, what)| format!(", {}", words::count(count, what))).collect()
}

fn show(args: &Args, summary: &Summary, context: &Context) -> Result<(), Error> {
    let Summary { read, enqueued, duplicates, rejected, segments } = *summary;
    match context.out.style().format {
        Format::Table => {
            let verb = if args.dry_run { "would queue" } else { "queued" };
            let others = others(duplicates, rejected);
            let (rows, messages, size) =
                (words::count(read, "row"), words::count(enqueued, "message"), words::count(segments, "segment"));
            context.out.text(&format!("{verb} {messages} from {rows} ({size}){others}\n"))?;
        }
        Format::Plain => {}
        Format::Json | Format::Jsonl | Format::Csv => {
            let rejects_file = args.rejects.as_ref().map(|path| path.display().to_string());
            let batch = args.batch.as_deref();
            let shape = Shape { batch, read, enqueued, duplicates, rejected, segments, rejects_file };
            context.out.one(&shape, "")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Field;

    /// What no row would say, so that a column of that name is a customer's own.
    const OF_THE_COMMAND: [&str; 9] =
        ["file", "format", "map", "rejects", "atomic", "dry-run", "task", "args", "kwargs"];

    #[test]
    fn a_column_that_is_called_like_an_option_is_a_field_or_told() {
        let command = <Args as clap::Args>::augment_args(clap::Command::new("enqueue"));
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            let name = option.replace('-', "_");
            if OF_THE_COMMAND.contains(&option) || Field::parse(&name).is_some() {
                continue;
            }
            let header = format!("to,text,{name}\n");
            let mut rows = Rows::open(FileFormat::Csv, header.as_bytes(), Columns::default()).expect("a header");
            let told = rows.slips().take();
            assert_eq!(told.len(), 1, "a column `{name}` passes without a word");
            if let Meant::Option(meant) = told[0].meant {
                assert_eq!(meant, format!("--{option}"));
            }
        }
    }

    #[test]
    fn the_help_names_every_column() {
        let command = <Args as clap::Args>::augment_args(clap::Command::new("enqueue"));
        let file = command.get_arguments().find(|arg| arg.get_long() == Some("file")).expect("`--file`");
        let help = file.get_long_help().map(ToString::to_string).unwrap_or_default();
        for field in Field::ALL {
            assert!(help.contains(&format!("`{}`", field.as_str())), "{help}");
        }
    }
}
