//! `smsctl gateway`: the gateways of the settings, whether they can be reached, and a sandbox to try things on.

mod sandbox;

use std::collections::BTreeMap;
use std::path::Path;

use clap::Subcommand;
use jiff::Timestamp;
use serde::Serialize;

use super::standing::{Standing, status_of};
use super::{Context, Done, Outcome};
use crate::config::GatewaySettings;
use crate::error::Error;
use crate::gateway::command::{self, ExitLine};
use crate::gateway::profile::Profile;
use crate::gateway::rules::RuleLine;
use crate::gateway::{Delivery, http};
use crate::intake::Fault;
use crate::output::Column;
use crate::queue::{ErrorType, Lane, Message, OnUnknown, Outcome as Sent};
use crate::sms::phone::PhoneNumber;
use crate::store::{Access, LaneStatus};

/// The text of a test message that names none.
const TEST_TEXT: &str = "smsctl test message";

/// Show and test the gateways of the settings, or run a sandbox gateway
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: GatewayCommand,
}

#[derive(Debug, Subcommand)]
enum GatewayCommand {
    /// List the gateways of the settings
    #[command(after_long_help = "\
Examples:
  smsctl gateway list
  smsctl gateway list -o plain")]
    List,
    /// Show one gateway or command: its settings, secrets hidden, and how its answers are read
    #[command(after_long_help = "\
Examples:
  smsctl gateway show default
  smsctl gateway show default --json | jq .rules
  smsctl gateway show command:report")]
    Show {
        /// The gateway: NAME of `[gateways.NAME]`; or `command:NAME`
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Check that a gateway can be reached; with --to, send a real message
    ///
    /// Without --to nothing is sent: the settings are checked, the host is looked up, and a connection is made (with TLS if
    /// the URL is `https`). With --to a real message goes out, outside the queue, and what became of it is told. The
    /// exit code is 69 if the gateway is out of reach, and 1 if it did not accept the message.
    #[command(after_long_help = "\
Examples:
  smsctl gateway test
  smsctl gateway test default --to +85291234567
  smsctl gateway test backup --to +85291234567 --text 'Hello from the new gateway'")]
    Test(TestArgs),
    Sandbox(Box<sandbox::Args>),
}

#[derive(Debug, clap::Args)]
struct TestArgs {
    /// The gateway: NAME of `[gateways.NAME]`
    #[arg(value_name = "NAME", default_value = "default")]
    name: String,
    /// Send a message to this number
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    /// The text of the message
    #[arg(long, value_name = "TEXT", requires = "to", default_value = TEST_TEXT)]
    text: String,
}

/// A row of `gateway list`.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    profile: &'a str,
    /// `gateway:NAME`, as in `queued_tasks.task_func`.
    lane: String,
    /// Host and port of `base_url`; null if the URL is wrong.
    host: Option<String>,
    /// Messages a second over all workers; null: no limit.
    rate_per_s: Option<f64>,
    /// Messages at once after a quiet time; null: no limit.
    burst: Option<f64>,
    /// `hold`, `retry` or `idempotent`.
    on_unknown: &'static str,
    timeout_s: f64,
}

/// What `gateway show` prints.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    listed: Listed<'a>,
    connect_timeout_s: f64,
    /// Whether a connection is used for more than one request.
    keep_alive: bool,
    /// The file with the authorities from which the gateway's certificate may come; null: those that are built in.
    ca_file: Option<&'a Path>,
    /// `base_url`; `***` stands for its query.
    url: String,
    /// Values of the request by their keys; `***` stands for a secret.
    values: BTreeMap<&'a str, &'a str>,
    /// How its lane stands: `open`, `paused`, `closed`, `probing`; null where no database tells.
    state: Option<&'static str>,
    /// Why the lane is not open, and what opens it.
    state_reason: Option<String>,
    /// The reply rules: the first that fits an answer says what it means.
    rules: Vec<RuleLine>,
}

/// What `gateway show` prints of a command.
#[derive(Debug, Serialize)]
struct ShownCommand<'a> {
    name: &'a str,
    /// `command:NAME`, as in `queued_tasks.task_func`.
    lane: String,
    /// Without its arguments: they may hold secrets.
    program: &'a str,
    /// Tasks a second over all workers; null: no limit.
    rate_per_s: Option<f64>,
    /// Tasks at once after a quiet time; null: no limit.
    burst: Option<f64>,
    /// `hold`, `retry` or `idempotent`.
    on_unknown: &'static str,
    timeout_s: f64,
    /// The fields of the JSON object on its stdin.
    stdin: &'static [&'static str],
    /// What its exit status says.
    exits: Vec<ExitLine>,
}

/// What `gateway test` prints.
#[derive(Debug, Serialize)]
struct Tested<'a> {
    name: &'a str,
    host: String,
    /// `reachable` where nothing was sent; else `accepted`, `rejected`, `deferred` or `unknown`.
    result: &'static str,
    /// Why the message was not accepted, in one word; null if it was, or none was sent.
    error_type: Option<&'static str>,
    /// Why the message was not accepted, in a sentence.
    error_message: Option<String>,
    /// The provider's own id for the message, where it gave one.
    provider_message_id: Option<String>,
    elapsed_s: f64,
}

const COLUMNS: [Column; 6] = [
    Column { field: "name", heading: "name" },
    Column { field: "profile", heading: "profile" },
    Column { field: "lane", heading: "lane" },
    Column { field: "host", heading: "host" },
    Column { field: "rate_per_s", heading: "rate/s" },
    Column { field: "on_unknown", heading: "on unknown" },
];

/// Runs the command.
///
/// # Errors
/// There is no such gateway, or it is out of reach; or the settings or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    match args.command {
        GatewayCommand::List => list(context),
        GatewayCommand::Show { name } => show(&name, context),
        GatewayCommand::Test(args) => test(&args, context),
        GatewayCommand::Sandbox(args) => sandbox::run(*args, context),
    }
}

fn list(context: &Context) -> Outcome {
    let mut list = context.out.list(&COLUMNS);
    for (name, gateway) in &context.config()?.gateways {
        list.row(&listed(name, gateway))?;
    }
    list.finish("no gateways; `smsctl config init` writes a settings file with one")?;
    Ok(Done::Well)
}

fn show(name: &str, context: &Context) -> Outcome {
    if let Some(Lane::Command(command)) = Lane::parse(name) {
        return show_command(&command, context);
    }
    let name = name.strip_prefix("gateway:").unwrap_or(name);
    let gateway = find(name, context)?;
    let named = |error| Error::gateway_setting(name, &error);
    let values = gateway.http.values.iter();
    // A gateway can be looked at before there is a database, and while it cannot be read.
    let lane = Lane::Gateway(name.to_owned()).to_string();
    let status = context.store(Access::Existing).and_then(|store| status_of(&*store, &lane)).ok();
    let status = status.map(|status| status.unwrap_or(LaneStatus { lane, ..LaneStatus::default() }));
    let standing = status.as_ref().map(|status| Standing { status, now: Timestamp::now() });
    let shape = Shown {
        listed: listed(name, gateway),
        connect_timeout_s: gateway.http.connect_timeout.as_secs_f64(),
        keep_alive: gateway.http.keep_alive,
        ca_file: gateway.http.ca_file.as_deref(),
        url: http::address(&gateway.http).map_err(named)?.url,
        values: values
            .map(|(key, value)| (key.as_str(), if Profile::is_secret(key) { "***" } else { value }))
            .collect(),
        state: standing.map(|standing| standing.word()),
        state_reason: standing.and_then(|standing| standing.story()),
        rules: http::rules(&gateway.http).map_err(named)?,
    };
    context.out.one(&shape, name)?;
    Ok(Done::Well)
}

fn show_command(name: &str, context: &Context) -> Outcome {
    let config = context.config()?;
    let Some(settings) = config.commands.get(name) else {
        let names: Vec<String> = config.lanes().map(|lane| lane.to_string()).collect();
        return Err(Error::no_lane(&format!("command:{name}"), &names));
    };
    let shape = ShownCommand {
        name,
        lane: Lane::Command(name.to_owned()).to_string(),
        program: settings.command.run.first().map_or("", String::as_str),
        rate_per_s: settings.rate.map(|rate| rate.per_s),
        burst: settings.rate.map(|rate| rate.burst),
        on_unknown: on_unknown(settings.on_unknown),
        timeout_s: settings.command.timeout.as_secs_f64(),
        stdin: &command::STDIN_FIELDS,
        exits: command::exit_lines(),
    };
    context.out.one(&shape, name)?;
    Ok(Done::Well)
}

const fn on_unknown(policy: OnUnknown) -> &'static str {
    match policy {
        OnUnknown::Hold => "hold",
        OnUnknown::Retry => "retry",
        OnUnknown::Idempotent => "idempotent",
    }
}

fn test(args: &TestArgs, context: &Context) -> Outcome {
    let name = args.name.as_str();
    let gateway = find(name, context)?;
    let named = |error| Error::gateway_setting(name, &error);
    let host = http::address(&gateway.http).map_err(named)?.host;
    let started = std::time::Instant::now();
    let mut tested = Tested {
        name,
        host,
        result: "reachable",
        error_type: None,
        error_message: None,
        provider_message_id: None,
        elapsed_s: 0.0,
    };
    let Some(to) = &args.to else {
        http::probe(&gateway.http)
            .map_err(named)?
            .map_err(|error| Error::gateway_unreachable(name, &error.to_string()))?;
        tested.elapsed_s = started.elapsed().as_secs_f64();
        context.out.one(&tested, tested.result)?;
        return Ok(Done::Well);
    };
    // As `enqueue` reads it: a national number as it was typed might be somebody else's.
    let region = context.config()?.message.region.as_deref();
    let recipient = PhoneNumber::parse(to, region).map_err(|error| {
        Error::from(Fault::from(error)).hint("write it with plus and country code, or set `message.region`")
    })?;
    let recipient = recipient.into();
    let message = Message { recipient, text: args.text.clone(), sender: None };
    let delivery = Delivery {
        task: 0,
        attempt: 1,
        task_name: "sms",
        message: Some(&message),
        args: None,
        kwargs: None,
        departure: None,
    };
    let reply = http::open(&gateway.http, 1).map_err(named)?.send(&delivery);
    tested.elapsed_s = started.elapsed().as_secs_f64();
    if let Some(failure) = reply.failure {
        if failure.error_type == ErrorType::Unreachable {
            return Err(Error::gateway_unreachable(name, &failure.message));
        }
        tested.error_type = Some(failure.error_type.as_str());
        tested.error_message = Some(failure.message);
    }
    tested.provider_message_id = reply.provider_message_id;
    tested.result = match reply.outcome {
        Sent::Accepted => "accepted",
        Sent::Rejected => "rejected",
        Sent::Deferred => "deferred",
        Sent::Unknown => "unknown",
    };
    context.out.one(&tested, tested.result)?;
    Ok(if reply.outcome == Sent::Accepted { Done::Well } else { Done::Partly })
}

fn find<'a>(name: &str, context: &'a Context) -> Result<&'a GatewaySettings, Error> {
    let gateways = &context.config()?.gateways;
    gateways.get(name).ok_or_else(|| Error::no_gateway(name, gateways.keys().map(String::as_str)))
}

fn listed<'a>(name: &'a str, gateway: &'a GatewaySettings) -> Listed<'a> {
    Listed {
        name,
        profile: &gateway.http.profile,
        lane: Lane::Gateway(name.to_owned()).to_string(),
        host: http::address(&gateway.http).ok().map(|address| address.host),
        rate_per_s: gateway.rate.map(|rate| rate.per_s),
        burst: gateway.rate.map(|rate| rate.burst),
        on_unknown: on_unknown(gateway.on_unknown),
        timeout_s: gateway.http.timeout.as_secs_f64(),
    }
}
