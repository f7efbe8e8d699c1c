//! `enqueue --to`: one text to one or several recipients.

use std::collections::BTreeSet;

use jiff::ZonedDateTime;
use serde::Serialize;

use super::super::segments::text_of;
use super::{Args, LaneCheck, check_key, state_of};
use crate::commands::{Context, Done, Outcome, words};
use crate::error::{Error, Kind};
use crate::intake::{Fault, Field, Row};
use crate::output::{Column, Format};
use crate::queue::{Enqueued, NewTask, Payload};
use crate::sms::{Encoding, measure};
use crate::store::{Access, Store};

/// What a list of several recipients shows to people.
const COLUMNS: [Column; 5] = [
    Column { field: "id", heading: "id" },
    Column { field: "status", heading: "status" },
    Column { field: "recipient", heading: "recipient" },
    Column { field: "segments", heading: "segments" },
    Column { field: "duplicate", heading: "duplicate" },
];

/// What became of one message.
#[derive(Serialize)]
struct Shape {
    /// `null` under `--dry-run`.
    id: Option<i64>,
    status: &'static str,
    recipient: String,
    encoding: &'static str,
    segments: u32,
    duplicate: bool,
}

/// Runs the command.
///
/// # Errors
/// A number or the text is refused, the queue is full; or the settings, the database or stdout.
pub fn run(args: &Args, now: &ZonedDateTime, context: &Context) -> Outcome {
    check_key(args.key.as_deref())?;
    if args.key.is_some() && args.to.len() > 1 {
        let error = Error::new(Kind::Usage, "one `--key` cannot stand for several messages");
        return Err(error.hint("enqueue them one by one, or from a file with a column `key`"));
    }
    let tasks = tasks(args, now, context)?;
    let config = context.config()?;
    let mut lanes = LaneCheck::default();
    tasks.iter().for_each(|task| lanes.look_at(&task.lane, config, context));
    let shapes = if args.dry_run {
        tasks.iter().map(|task| dry(task, now)).collect()
    } else {
        let store = context.store(Access::Create)?;
        let answers = store.enqueue(&tasks, config.queue.max_size)?;
        let pairs = tasks.iter().zip(answers);
        pairs.map(|(task, answer)| shape(task, &answer, store.as_ref())).collect::<Result<Vec<_>, Error>>()?
    };
    show(&shapes, context)
}

/// One task for each recipient, all of them checked before anything is enqueued.
fn tasks(args: &Args, now: &ZonedDateTime, context: &Context) -> Result<Vec<NewTask>, Error> {
    let argument = args.text_argument.clone().or_else(|| args.text.clone()).ok_or_else(|| {
        Error::new(Kind::Usage, "there is no text").hint("write it after the options; `-` reads it from stdin")
    })?;
    let from_stdin = argument == "-";
    let text = text_of(argument)?;
    let drafts = args.drafts(None, now, context.config()?)?;
    let mut numbers = BTreeSet::new();
    let mut tasks = Vec::with_capacity(args.to.len());
    for (index, to) in args.to.iter().enumerate() {
        let mut row = Row::default();
        row.set(Field::To, to.as_str());
        row.set(Field::Text, text.as_str());
        row.set(Field::Key, args.key.as_deref().unwrap_or_default());
        let place = if args.to.len() > 1 { format!(" (`--to` number {})", index + 1) } else { String::new() };
        let task = drafts.task(&row).map_err(|fault| refused(&fault, &place, from_stdin))?;
        if let Payload::Message(message) = &task.payload
            && !numbers.insert(message.recipient.clone())
        {
            return Err(Error::new(Kind::Usage, format!("a recipient is named twice{place}")));
        }
        tasks.push(task);
    }
    Ok(tasks)
}

/// What stdin brought is data; what the flags say is usage.
fn refused(fault: &Fault, place: &str, from_stdin: bool) -> Error {
    let text_is_wrong = matches!(fault, Fault::NoText | Fault::BlankText | Fault::Nul | Fault::TooManySegments { .. });
    let kind = if from_stdin && text_is_wrong { Kind::Data } else { Kind::Usage };
    let place = if text_is_wrong { "" } else { place };
    let error = Error::new(kind, format!("{fault}{place}"));
    match fault.hint() {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn dry(task: &NewTask, now: &ZonedDateTime) -> Shape {
    let status = state_of(task.available, now.timestamp()).as_str();
    Shape { id: None, status, duplicate: false, ..asked(task) }
}

/// What the task asks for, with nothing known about its fate.
fn asked(task: &NewTask) -> Shape {
    let (recipient, encoding) = match &task.payload {
        Payload::Message(message) => (message.recipient.clone(), measure(&message.text).encoding),
        Payload::Call { .. } => (String::new(), Encoding::Gsm7),
    };
    let segments = task.segments.unwrap_or(0);
    Shape { id: None, status: "", recipient, encoding: encoding.as_str(), segments, duplicate: false }
}

fn shape(task: &NewTask, answer: &Enqueued, store: &dyn Store) -> Result<Shape, Error> {
    let Enqueued { id, state, duplicate } = *answer;
    let mut shape = Shape { id: Some(id), status: state.as_str(), duplicate, ..asked(task) };
    // The answer tells of the message that is in the queue, which may be another than the one that was asked for.
    if duplicate && let Some(first) = store.get(id)? {
        shape.recipient = first.recipient.unwrap_or_default();
        if let Some(content) = first.content {
            let measured = measure(&content);
            (shape.encoding, shape.segments) = (measured.encoding.as_str(), measured.segments);
        }
    }
    Ok(shape)
}

fn show(shapes: &[Shape], context: &Context) -> Outcome {
    if let [shape] = shapes {
        if context.out.style().format == Format::Table {
            context.out.text(&sentence(shape))?;
        } else {
            context.out.one(shape, &shape.id.map(|id| id.to_string()).unwrap_or_default())?;
        }
        return Ok(Done::Well);
    }
    let mut list = context.out.list(&COLUMNS);
    for shape in shapes {
        list.row(shape)?;
    }
    list.finish("")?;
    Ok(Done::Well)
}

/// One line for people.
fn sentence(shape: &Shape) -> String {
    let Shape { recipient, segments, status, .. } = shape;
    let size = words::count(u64::from(*segments), "segment");
    let Some(id) = shape.id else {
        return format!("would queue 1 message to {recipient} ({size}, {status})\n");
    };
    if shape.duplicate {
        return format!("nothing queued: the key belongs to the message to {recipient} (id {id}, {status})\n");
    }
    let verb = if *status == "scheduled" { "scheduled" } else { "queued" };
    format!("{verb} 1 message to {recipient} (id {id}, {size})\n")
}
