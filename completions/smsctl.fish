# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_smsctl_global_optspecs
    string join \n database= config= o/output= json q/quiet v/verbose color= log-format= no-progress h/help V/version
end

function __fish_smsctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_smsctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_smsctl_using_subcommand
    set -l cmd (__fish_smsctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c smsctl -n "__fish_smsctl_needs_command" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_needs_command" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_needs_command" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_needs_command" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_needs_command" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_needs_command" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_needs_command" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_needs_command" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_needs_command" -s V -l version -d 'Print version'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "enqueue" -d 'Add messages: one, many, from a file or stdin; or a generic task'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "work" -d 'Send what is queued, until stopped'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "stats" -d 'Show counts by status, ages and rates'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "retry-failed" -d 'Put failed tasks back to pending'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "list" -d 'List tasks'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "show" -d 'Show one task with its attempts, and what happens next'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "cancel" -d 'Cancel tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "hold" -d 'Hold tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "release" -d 'Release held tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "dead-letter" -d 'Look at dead letters, retry them or give them up'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "lane" -d 'Show the ways out, pause them, and let them go on'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "gateway" -d 'Show and test the gateways of the settings, or run a sandbox gateway'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "workers" -d 'List live and dead worker processes'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "db" -d 'Migrate, check, copy and back up the database'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "demo" -d 'Show the whole job on a scratch database against the sandbox gateway, in seconds'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "bench" -d 'Measure how fast this machine, its database and a gateway go'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "selftest" -d 'Kill workers at random on a scratch database, and account for every message'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l to -d 'The recipient\'s number; can be repeated' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l text -d 'The text; `-` reads stdin. With `--file`, the text of every row, in which `{{ name }}` stands for the column `name`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l file -d 'A file of messages; `-` reads stdin. What comes through a pipe goes in as it comes' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l format -d 'What the file is; guessed from its ending' -r -f -a "csv\t'A header and rows, separated by `,`, `;` or tab'
jsonl\t'One JSON object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l map -d 'The column that holds a field, for example `to=Handynummer`; can be repeated' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l sender -d 'Who the message says that it comes from' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l lane -d 'The way out: `gateway:NAME`, `command:NAME`, or the name of a gateway' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l priority -d '0 to 9, or `low`, `normal`, `high`; 9 goes first [default: normal]' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l at -d 'Not before this time: RFC 3339, `2026-11-24 18:00`, `tomorrow` (its midnight); local time where it names no zone. One that has passed is now' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l in -d 'Not before so long from now: `90s`, `2h30m`, `3d`; a bare number counts seconds' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l expires-in -d 'Not later than so long after it is due' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l max-retries -d 'Attempts in all' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l key -d 'A second message with this key is not enqueued: the first one is returned' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l batch -d 'A name for what is enqueued together. A file with a batch may be run again: its rows are enqueued once, and so is a row that the file has twice; a row with another text, time or sender is a new one' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l region -d 'The country of numbers that name none, for example `HK`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l max-segments -d 'The longest text, in segments' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l rejects -d 'Where refused rows go, with line and reason (CSV)' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l task -d 'A generic task of this name, run by a command' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l args -d 'The task\'s arguments: a JSON array' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l kwargs -d 'The task\'s named arguments: a JSON object' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l atomic -d 'The whole file or nothing of it (at most 100,000 rows)'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l dry-run -d 'Check everything, enqueue nothing. Duplicates are not looked for'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l workers -d 'Messages that are sent at the same time, 1 to 1024 [default: `work.workers`, 4]' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l max-tasks -d 'End after so many tasks' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l for -d 'End after this time, for example `30s` or `2h`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l lane -d 'Serve this lane only (can be repeated): a gateway\'s name, `gateway:NAME` or `command:NAME`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l rate -d 'Messages a second on each lane, over all workers and hosts together, for example `2/s` or `100/min`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l burst -d 'Messages that may go out at once after a quiet time, with `--rate`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l shutdown-grace -d 'How long requests on the wire may take after a stop was asked for [default: `work.shutdown_grace`, 30s]' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l drain -d 'End when nothing is pending or in flight here; what other workers hold, and what waits for a later retry or a later time does not count. With 75 if messages are left because their lanes are closed or paused, or nobody hands them out'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l no-retry -d 'Retry nothing by itself: what is deferred waits for `smsctl retry-failed`'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand work" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l by -d 'One row for each lane, batch, or hour (UTC)' -r -f -a "lane\t'The ways out'
batch\t'Tasks that were enqueued together'
hour\t'Hours (UTC)'"
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l watch -d 'Show the counts again and again, with so long between: seconds, or a duration such as `500ms` [default: 2]' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l count -d 'With `--watch`: end after so many times' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l chart -d 'Draw bars; with `--by` the tasks of each lane or batch, or what was accepted in each hour'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l id -d 'Only the task with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l status -d 'Only tasks in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
processing\t''
completed\t''
failed\t''
scheduled\t''
held\t''
cancelled\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l unknown -d 'Take tasks that may have been sent already, too: they may arrive twice'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand retry-failed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l id -d 'Only the task with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l status -d 'Only tasks in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
processing\t''
completed\t''
failed\t''
scheduled\t''
held\t''
cancelled\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l unknown -d 'Only failed tasks of which nobody knows whether they were sent: those that `stats` counts as `unknown`'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l id -d 'Only the task with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l status -d 'Only tasks in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
processing\t''
completed\t''
failed\t''
scheduled\t''
held\t''
cancelled\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l all -d 'All tasks whose state allows it'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l id -d 'Only the task with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l status -d 'Only tasks in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
processing\t''
completed\t''
failed\t''
scheduled\t''
held\t''
cancelled\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l all -d 'All tasks whose state allows it'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand hold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l id -d 'Only the task with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l status -d 'Only tasks in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
processing\t''
completed\t''
failed\t''
scheduled\t''
held\t''
cancelled\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l unknown -d 'Take tasks that may have been sent already, too: they may arrive twice'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l all -d 'All tasks whose state allows it'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "list" -d 'List dead letters'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "show" -d 'Show one dead letter, and what can be done about it'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "retry" -d 'Put dead letters back into the queue, with new attempts'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "abandon" -d 'Give dead letters up'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "stats" -d 'Count dead letters by status'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and not __fish_seen_subcommand_from list show retry abandon stats help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l id -d 'Only the dead letter with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l status -d 'Only dead letters in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
retried\t''
abandoned\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l id -d 'Only the dead letter with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l status -d 'Only dead letters in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
retried\t''
abandoned\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l unknown -d 'Take messages that may have been sent already, too: they may arrive twice'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l expired -d 'Take messages whose time has passed, too'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l all -d 'All dead letters that wait for a decision'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l id -d 'Only the dead letter with this id (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l status -d 'Only dead letters in this state (can be repeated, or separated by commas)' -r -f -a "pending\t''
retried\t''
abandoned\t''"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l batch -d 'Only tasks of the batch with this name' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l lane -d 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l task -d 'Only tasks with this `task_name`, for example `sms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l to -d 'Only messages to this number; a national one counts as of `message.region`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l error-type -d 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l since -d 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l until -d 'Only those created before this time' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l limit -d 'At most this many, lowest ids first' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l after -d 'Only ids above this one, for the next page' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l all -d 'All dead letters that wait for a decision'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from abandon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "list" -d 'List dead letters'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one dead letter, and what can be done about it'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Put dead letters back into the queue, with new attempts'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "abandon" -d 'Give dead letters up'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count dead letters by status'
complete -c smsctl -n "__fish_smsctl_using_subcommand dead-letter; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -f -a "list" -d 'List the lanes: whether they are open, why not, until when, and what waits for them'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -f -a "pause" -d 'Stop a lane: its messages wait, on all hosts, until it is resumed'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -f -a "resume" -d 'Let a lane go on at once, whether an operator paused it or it closed by itself'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and not __fish_seen_subcommand_from list pause resume help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l for -d 'It goes on by itself after this time, for example `30m`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l until -d 'It goes on by itself at this time; local time where it names no zone' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l reason -d 'Why, for those who look at it later' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the lanes: whether they are open, why not, until when, and what waits for them'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Stop a lane: its messages wait, on all hosts, until it is resumed'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Let a lane go on at once, whether an operator paused it or it closed by itself'
complete -c smsctl -n "__fish_smsctl_using_subcommand lane; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "list" -d 'List the gateways of the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "show" -d 'Show one gateway or command: its settings, secrets hidden, and how its answers are read'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "test" -d 'Check that a gateway can be reached; with --to, send a real message'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "sandbox" -d 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l to -d 'Send a message to this number' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l text -d 'The text of the message' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l listen -d 'The address to listen on' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l port -d 'The port; 0 is a free one' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l ledger -d 'Append a line of JSON for every request, before it is answered' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l latency -d 'Wait this long before every answer, for example `50ms`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l fail -d 'Answer STATUS with this chance, for example `503:0.1` (can be repeated)' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l retry-after -d '`Retry-After` of 429 and 503, in whole seconds' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l hang-up -d 'Take the message and close the connection without an answer, with this chance' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l silent -d 'Take the message and never answer, with this chance' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l garbage -d 'Take the message and answer what is no HTTP, with this chance' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l reject -d 'Answer 400 if this regular expression fits the number or the text' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l slow-body -d 'Send the body of every answer a byte at a time, with this pause before each' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l application -d 'Answer 401 to every other application' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l seed -d 'Choose other dice' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l for -d 'Stop after this long' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l max-requests -d 'Stop after this many requests' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l allow-remote -d 'Listen on an address that other machines can reach'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the gateways of the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one gateway or command: its settings, secrets hidden, and how its answers are read'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "test" -d 'Check that a gateway can be reached; with --to, send a real message'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "sandbox" -d 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand workers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "migrate" -d 'Bring the schema of the database up to this version of smsctl'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "status" -d 'Show the state of the schema, and what is waiting to be applied'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "check" -d 'Check the database: integrity, counts against a recount, drift of the schema'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "backup" -d 'Back up a database file while workers run'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "copy" -d 'Copy a whole queue to another database, and go on there'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "open" -d 'Open a queue that `db copy` closed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and not __fish_seen_subcommand_from migrate status check backup copy open help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l repair -d 'Put the counts right, and remove what tasks that are gone left behind'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l force -d 'Replace a file that is there already'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l keep-source -d 'The source goes on, and the copy is closed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l dry-run -d 'Change nothing; tell how many would be changed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -s y -l yes -d 'Do not ask (needed where no terminal is)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "migrate" -d 'Bring the schema of the database up to this version of smsctl'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the state of the schema, and what is waiting to be applied'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check the database: integrity, counts against a recount, drift of the schema'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "backup" -d 'Back up a database file while workers run'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Copy a whole queue to another database, and go on there'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "open" -d 'Open a queue that `db copy` closed'
complete -c smsctl -n "__fish_smsctl_using_subcommand db; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "show" -d 'Show every setting with its origin; secrets as `***`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "check" -d 'Report everything that is wrong with the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "init" -d 'Write a commented settings file with every key and its default'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and not __fish_seen_subcommand_from show check init help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l path -d 'Where to write it' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l force -d 'Replace a file that is there'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l stdout -d 'Write to stdout instead'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every setting with its origin; secrets as `***`'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Report everything that is wrong with the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a commented settings file with every key and its default'
complete -c smsctl -n "__fish_smsctl_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand segments" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l keep -d 'Keep the scratch directory: its database, settings and messages'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l messages -d 'Messages of each piece of a round' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l senders -d 'Senders of the drain and of the bare loop, 1 to 1024' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l rounds -d 'How often each side has its turn' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l for -d 'Begin no further round after this long; the last one is cut short when half as much again has passed' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l save -d 'Keep the figures in this file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l compare -d 'Show what changed since the run in this file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l for -d 'Make trouble for so long' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l kills -d 'Or until so many workers have been killed' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l seed -d 'Choose the dice; the report tells those that were thrown' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l keep -d 'Keep the scratch database and the gateway\'s ledger; they are kept in any case if something is odd'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand selftest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l database -d 'The database, for example `sqlite:////var/lib/smsctl/sms.db`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l config -d 'The settings file' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -s o -l output -d 'How results are written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header'
plain\t'Ids, one a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files as well'
never\t'Nowhere'"
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l log-format -d 'How log lines are written' -r -f -a "text\t'For people'
json\t'One object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l json -d 'The same as `-o json`'
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -s q -l quiet -d 'Say less on stderr'
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -s v -l verbose -d 'Say more on stderr (can be repeated)'
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -l no-progress -d 'No progress bars'
complete -c smsctl -n "__fish_smsctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "enqueue" -d 'Add messages: one, many, from a file or stdin; or a generic task'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "work" -d 'Send what is queued, until stopped'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "stats" -d 'Show counts by status, ages and rates'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "retry-failed" -d 'Put failed tasks back to pending'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "list" -d 'List tasks'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "show" -d 'Show one task with its attempts, and what happens next'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "cancel" -d 'Cancel tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "hold" -d 'Hold tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "release" -d 'Release held tasks, by id or by filter'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "dead-letter" -d 'Look at dead letters, retry them or give them up'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "lane" -d 'Show the ways out, pause them, and let them go on'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "gateway" -d 'Show and test the gateways of the settings, or run a sandbox gateway'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "workers" -d 'List live and dead worker processes'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "db" -d 'Migrate, check, copy and back up the database'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "demo" -d 'Show the whole job on a scratch database against the sandbox gateway, in seconds'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "bench" -d 'Measure how fast this machine, its database and a gateway go'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "selftest" -d 'Kill workers at random on a scratch database, and account for every message'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue work stats retry-failed list show cancel hold release dead-letter lane gateway workers db config segments demo bench selftest completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from dead-letter" -f -a "list" -d 'List dead letters'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from dead-letter" -f -a "show" -d 'Show one dead letter, and what can be done about it'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from dead-letter" -f -a "retry" -d 'Put dead letters back into the queue, with new attempts'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from dead-letter" -f -a "abandon" -d 'Give dead letters up'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from dead-letter" -f -a "stats" -d 'Count dead letters by status'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from lane" -f -a "list" -d 'List the lanes: whether they are open, why not, until when, and what waits for them'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from lane" -f -a "pause" -d 'Stop a lane: its messages wait, on all hosts, until it is resumed'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from lane" -f -a "resume" -d 'Let a lane go on at once, whether an operator paused it or it closed by itself'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "list" -d 'List the gateways of the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "show" -d 'Show one gateway or command: its settings, secrets hidden, and how its answers are read'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "test" -d 'Check that a gateway can be reached; with --to, send a real message'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "sandbox" -d 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "migrate" -d 'Bring the schema of the database up to this version of smsctl'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "status" -d 'Show the state of the schema, and what is waiting to be applied'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "check" -d 'Check the database: integrity, counts against a recount, drift of the schema'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "backup" -d 'Back up a database file while workers run'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "copy" -d 'Copy a whole queue to another database, and go on there'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from db" -f -a "open" -d 'Open a queue that `db copy` closed'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting with its origin; secrets as `***`'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report everything that is wrong with the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented settings file with every key and its default'
