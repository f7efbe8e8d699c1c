use std::process::ExitCode;

fn main() -> ExitCode {
    smsctl::run(std::env::args_os())
}
