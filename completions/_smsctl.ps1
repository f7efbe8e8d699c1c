
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'smsctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'smsctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'smsctl' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('enqueue', 'enqueue', [CompletionResultType]::ParameterValue, 'Add messages: one, many, from a file or stdin; or a generic task')
            [CompletionResult]::new('work', 'work', [CompletionResultType]::ParameterValue, 'Send what is queued, until stopped')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show counts by status, ages and rates')
            [CompletionResult]::new('retry-failed', 'retry-failed', [CompletionResultType]::ParameterValue, 'Put failed tasks back to pending')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tasks')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one task with its attempts, and what happens next')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel tasks, by id or by filter')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Hold tasks, by id or by filter')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release held tasks, by id or by filter')
            [CompletionResult]::new('dead-letter', 'dead-letter', [CompletionResultType]::ParameterValue, 'Look at dead letters, retry them or give them up')
            [CompletionResult]::new('lane', 'lane', [CompletionResultType]::ParameterValue, 'Show the ways out, pause them, and let them go on')
            [CompletionResult]::new('gateway', 'gateway', [CompletionResultType]::ParameterValue, 'Show and test the gateways of the settings, or run a sandbox gateway')
            [CompletionResult]::new('workers', 'workers', [CompletionResultType]::ParameterValue, 'List live and dead worker processes')
            [CompletionResult]::new('db', 'db', [CompletionResultType]::ParameterValue, 'Migrate, check, copy and back up the database')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the whole job on a scratch database against the sandbox gateway, in seconds')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure how fast this machine, its database and a gateway go')
            [CompletionResult]::new('selftest', 'selftest', [CompletionResultType]::ParameterValue, 'Kill workers at random on a scratch database, and account for every message')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;enqueue' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The recipient''s number; can be repeated')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'The text; `-` reads stdin. With `--file`, the text of every row, in which `{{ name }}` stands for the column `name`')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A file of messages; `-` reads stdin. What comes through a pipe goes in as it comes')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What the file is; guessed from its ending')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'The column that holds a field, for example `to=Handynummer`; can be repeated')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Who the message says that it comes from')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'The way out: `gateway:NAME`, `command:NAME`, or the name of a gateway')
            [CompletionResult]::new('--priority', '--priority', [CompletionResultType]::ParameterName, '0 to 9, or `low`, `normal`, `high`; 9 goes first [default: normal]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Not before this time: RFC 3339, `2026-11-24 18:00`, `tomorrow` (its midnight); local time where it names no zone. One that has passed is now')
            [CompletionResult]::new('--in', '--in', [CompletionResultType]::ParameterName, 'Not before so long from now: `90s`, `2h30m`, `3d`; a bare number counts seconds')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'Not later than so long after it is due')
            [CompletionResult]::new('--max-retries', '--max-retries', [CompletionResultType]::ParameterName, 'Attempts in all')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A second message with this key is not enqueued: the first one is returned')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'A name for what is enqueued together. A file with a batch may be run again: its rows are enqueued once, and so is a row that the file has twice; a row with another text, time or sender is a new one')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The country of numbers that name none, for example `HK`')
            [CompletionResult]::new('--max-segments', '--max-segments', [CompletionResultType]::ParameterName, 'The longest text, in segments')
            [CompletionResult]::new('--rejects', '--rejects', [CompletionResultType]::ParameterName, 'Where refused rows go, with line and reason (CSV)')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'A generic task of this name, run by a command')
            [CompletionResult]::new('--args', '--args', [CompletionResultType]::ParameterName, 'The task''s arguments: a JSON array')
            [CompletionResult]::new('--kwargs', '--kwargs', [CompletionResultType]::ParameterName, 'The task''s named arguments: a JSON object')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--atomic', '--atomic', [CompletionResultType]::ParameterName, 'The whole file or nothing of it (at most 100,000 rows)')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Check everything, enqueue nothing. Duplicates are not looked for')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;work' {
            [CompletionResult]::new('--workers', '--workers', [CompletionResultType]::ParameterName, 'Messages that are sent at the same time, 1 to 1024 [default: `work.workers`, 4]')
            [CompletionResult]::new('--max-tasks', '--max-tasks', [CompletionResultType]::ParameterName, 'End after so many tasks')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'End after this time, for example `30s` or `2h`')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Serve this lane only (can be repeated): a gateway''s name, `gateway:NAME` or `command:NAME`')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Messages a second on each lane, over all workers and hosts together, for example `2/s` or `100/min`')
            [CompletionResult]::new('--burst', '--burst', [CompletionResultType]::ParameterName, 'Messages that may go out at once after a quiet time, with `--rate`')
            [CompletionResult]::new('--shutdown-grace', '--shutdown-grace', [CompletionResultType]::ParameterName, 'How long requests on the wire may take after a stop was asked for [default: `work.shutdown_grace`, 30s]')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--drain', '--drain', [CompletionResultType]::ParameterName, 'End when nothing is pending or in flight here; what other workers hold, and what waits for a later retry or a later time does not count. With 75 if messages are left because their lanes are closed or paused, or nobody hands them out')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Retry nothing by itself: what is deferred waits for `smsctl retry-failed`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;stats' {
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'One row for each lane, batch, or hour (UTC)')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Show the counts again and again, with so long between: seconds, or a duration such as `500ms` [default: 2]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'With `--watch`: end after so many times')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--chart', '--chart', [CompletionResultType]::ParameterName, 'Draw bars; with `--by` the tasks of each lane or batch, or what was accepted in each hour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;retry-failed' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the task with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only tasks in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--unknown', '--unknown', [CompletionResultType]::ParameterName, 'Take tasks that may have been sent already, too: they may arrive twice')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;list' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the task with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only tasks in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--unknown', '--unknown', [CompletionResultType]::ParameterName, 'Only failed tasks of which nobody knows whether they were sent: those that `stats` counts as `unknown`')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;show' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;cancel' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the task with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only tasks in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All tasks whose state allows it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;hold' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the task with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only tasks in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All tasks whose state allows it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;release' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the task with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only tasks in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--unknown', '--unknown', [CompletionResultType]::ParameterName, 'Take tasks that may have been sent already, too: they may arrive twice')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All tasks whose state allows it')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List dead letters')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one dead letter, and what can be done about it')
            [CompletionResult]::new('retry', 'retry', [CompletionResultType]::ParameterValue, 'Put dead letters back into the queue, with new attempts')
            [CompletionResult]::new('abandon', 'abandon', [CompletionResultType]::ParameterValue, 'Give dead letters up')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count dead letters by status')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;dead-letter;list' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the dead letter with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only dead letters in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter;show' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter;retry' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the dead letter with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only dead letters in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--unknown', '--unknown', [CompletionResultType]::ParameterName, 'Take messages that may have been sent already, too: they may arrive twice')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Take messages whose time has passed, too')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All dead letters that wait for a decision')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter;abandon' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the dead letter with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only dead letters in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it names no zone')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All dead letters that wait for a decision')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter;stats' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;dead-letter;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List dead letters')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one dead letter, and what can be done about it')
            [CompletionResult]::new('retry', 'retry', [CompletionResultType]::ParameterValue, 'Put dead letters back into the queue, with new attempts')
            [CompletionResult]::new('abandon', 'abandon', [CompletionResultType]::ParameterValue, 'Give dead letters up')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count dead letters by status')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;dead-letter;help;list' {
            break
        }
        'smsctl;dead-letter;help;show' {
            break
        }
        'smsctl;dead-letter;help;retry' {
            break
        }
        'smsctl;dead-letter;help;abandon' {
            break
        }
        'smsctl;dead-letter;help;stats' {
            break
        }
        'smsctl;dead-letter;help;help' {
            break
        }
        'smsctl;lane' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the lanes: whether they are open, why not, until when, and what waits for them')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Stop a lane: its messages wait, on all hosts, until it is resumed')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Let a lane go on at once, whether an operator paused it or it closed by itself')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;lane;list' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;lane;pause' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'It goes on by itself after this time, for example `30m`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'It goes on by itself at this time; local time where it names no zone')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for those who look at it later')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;lane;resume' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;lane;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the lanes: whether they are open, why not, until when, and what waits for them')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Stop a lane: its messages wait, on all hosts, until it is resumed')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Let a lane go on at once, whether an operator paused it or it closed by itself')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;lane;help;list' {
            break
        }
        'smsctl;lane;help;pause' {
            break
        }
        'smsctl;lane;help;resume' {
            break
        }
        'smsctl;lane;help;help' {
            break
        }
        'smsctl;gateway' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the gateways of the settings')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one gateway or command: its settings, secrets hidden, and how its answers are read')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Check that a gateway can be reached; with --to, send a real message')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;gateway;list' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;gateway;show' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;gateway;test' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Send a message to this number')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'The text of the message')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;gateway;sandbox' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'The address to listen on')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port; 0 is a free one')
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'Append a line of JSON for every request, before it is answered')
            [CompletionResult]::new('--latency', '--latency', [CompletionResultType]::ParameterName, 'Wait this long before every answer, for example `50ms`')
            [CompletionResult]::new('--fail', '--fail', [CompletionResultType]::ParameterName, 'Answer STATUS with this chance, for example `503:0.1` (can be repeated)')
            [CompletionResult]::new('--retry-after', '--retry-after', [CompletionResultType]::ParameterName, '`Retry-After` of 429 and 503, in whole seconds')
            [CompletionResult]::new('--hang-up', '--hang-up', [CompletionResultType]::ParameterName, 'Take the message and close the connection without an answer, with this chance')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'Take the message and never answer, with this chance')
            [CompletionResult]::new('--garbage', '--garbage', [CompletionResultType]::ParameterName, 'Take the message and answer what is no HTTP, with this chance')
            [CompletionResult]::new('--reject', '--reject', [CompletionResultType]::ParameterName, 'Answer 400 if this regular expression fits the number or the text')
            [CompletionResult]::new('--slow-body', '--slow-body', [CompletionResultType]::ParameterName, 'Send the body of every answer a byte at a time, with this pause before each')
            [CompletionResult]::new('--application', '--application', [CompletionResultType]::ParameterName, 'Answer 401 to every other application')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Choose other dice')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Stop after this long')
            [CompletionResult]::new('--max-requests', '--max-requests', [CompletionResultType]::ParameterName, 'Stop after this many requests')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--allow-remote', '--allow-remote', [CompletionResultType]::ParameterName, 'Listen on an address that other machines can reach')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;gateway;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the gateways of the settings')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one gateway or command: its settings, secrets hidden, and how its answers are read')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Check that a gateway can be reached; with --to, send a real message')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;gateway;help;list' {
            break
        }
        'smsctl;gateway;help;show' {
            break
        }
        'smsctl;gateway;help;test' {
            break
        }
        'smsctl;gateway;help;sandbox' {
            break
        }
        'smsctl;gateway;help;help' {
            break
        }
        'smsctl;workers' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Bring the schema of the database up to this version of smsctl')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the state of the schema, and what is waiting to be applied')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the database: integrity, counts against a recount, drift of the schema')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Back up a database file while workers run')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a whole queue to another database, and go on there')
            [CompletionResult]::new('open', 'open', [CompletionResultType]::ParameterValue, 'Open a queue that `db copy` closed')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;db;migrate' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;status' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;check' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Put the counts right, and remove what tasks that are gone left behind')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;backup' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there already')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;copy' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--keep-source', '--keep-source', [CompletionResultType]::ParameterName, 'The source goes on, and the copy is closed')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;open' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; tell how many would be changed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask (needed where no terminal is)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;db;help' {
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Bring the schema of the database up to this version of smsctl')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the state of the schema, and what is waiting to be applied')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the database: integrity, counts against a recount, drift of the schema')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Back up a database file while workers run')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a whole queue to another database, and go on there')
            [CompletionResult]::new('open', 'open', [CompletionResultType]::ParameterValue, 'Open a queue that `db copy` closed')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;db;help;migrate' {
            break
        }
        'smsctl;db;help;status' {
            break
        }
        'smsctl;db;help;check' {
            break
        }
        'smsctl;db;help;backup' {
            break
        }
        'smsctl;db;help;copy' {
            break
        }
        'smsctl;db;help;open' {
            break
        }
        'smsctl;db;help;help' {
            break
        }
        'smsctl;config' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting with its origin; secrets as `***`')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report everything that is wrong with the settings')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented settings file with every key and its default')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;config;show' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;config;check' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;config;init' {
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Where to write it')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that is there')
            [CompletionResult]::new('--stdout', '--stdout', [CompletionResultType]::ParameterName, 'Write to stdout instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting with its origin; secrets as `***`')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report everything that is wrong with the settings')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented settings file with every key and its default')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;config;help;show' {
            break
        }
        'smsctl;config;help;check' {
            break
        }
        'smsctl;config;help;init' {
            break
        }
        'smsctl;config;help;help' {
            break
        }
        'smsctl;segments' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;demo' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the scratch directory: its database, settings and messages')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;bench' {
            [CompletionResult]::new('--messages', '--messages', [CompletionResultType]::ParameterName, 'Messages of each piece of a round')
            [CompletionResult]::new('--senders', '--senders', [CompletionResultType]::ParameterName, 'Senders of the drain and of the bare loop, 1 to 1024')
            [CompletionResult]::new('--rounds', '--rounds', [CompletionResultType]::ParameterName, 'How often each side has its turn')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Begin no further round after this long; the last one is cut short when half as much again has passed')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Keep the figures in this file')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'Show what changed since the run in this file')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;selftest' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Make trouble for so long')
            [CompletionResult]::new('--kills', '--kills', [CompletionResultType]::ParameterName, 'Or until so many workers have been killed')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Choose the dice; the report tells those that were thrown')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep the scratch database and the gateway''s ledger; they are kept in any case if something is odd')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;completions' {
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as `-o json`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less on stderr')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr (can be repeated)')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'No progress bars')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smsctl;help' {
            [CompletionResult]::new('enqueue', 'enqueue', [CompletionResultType]::ParameterValue, 'Add messages: one, many, from a file or stdin; or a generic task')
            [CompletionResult]::new('work', 'work', [CompletionResultType]::ParameterValue, 'Send what is queued, until stopped')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show counts by status, ages and rates')
            [CompletionResult]::new('retry-failed', 'retry-failed', [CompletionResultType]::ParameterValue, 'Put failed tasks back to pending')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tasks')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one task with its attempts, and what happens next')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel tasks, by id or by filter')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Hold tasks, by id or by filter')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release held tasks, by id or by filter')
            [CompletionResult]::new('dead-letter', 'dead-letter', [CompletionResultType]::ParameterValue, 'Look at dead letters, retry them or give them up')
            [CompletionResult]::new('lane', 'lane', [CompletionResultType]::ParameterValue, 'Show the ways out, pause them, and let them go on')
            [CompletionResult]::new('gateway', 'gateway', [CompletionResultType]::ParameterValue, 'Show and test the gateways of the settings, or run a sandbox gateway')
            [CompletionResult]::new('workers', 'workers', [CompletionResultType]::ParameterValue, 'List live and dead worker processes')
            [CompletionResult]::new('db', 'db', [CompletionResultType]::ParameterValue, 'Migrate, check, copy and back up the database')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the whole job on a scratch database against the sandbox gateway, in seconds')
            [CompletionResult]::new('bench', 'bench', [CompletionResultType]::ParameterValue, 'Measure how fast this machine, its database and a gateway go')
            [CompletionResult]::new('selftest', 'selftest', [CompletionResultType]::ParameterValue, 'Kill workers at random on a scratch database, and account for every message')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;help;enqueue' {
            break
        }
        'smsctl;help;work' {
            break
        }
        'smsctl;help;stats' {
            break
        }
        'smsctl;help;retry-failed' {
            break
        }
        'smsctl;help;list' {
            break
        }
        'smsctl;help;show' {
            break
        }
        'smsctl;help;cancel' {
            break
        }
        'smsctl;help;hold' {
            break
        }
        'smsctl;help;release' {
            break
        }
        'smsctl;help;dead-letter' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List dead letters')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one dead letter, and what can be done about it')
            [CompletionResult]::new('retry', 'retry', [CompletionResultType]::ParameterValue, 'Put dead letters back into the queue, with new attempts')
            [CompletionResult]::new('abandon', 'abandon', [CompletionResultType]::ParameterValue, 'Give dead letters up')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count dead letters by status')
            break
        }
        'smsctl;help;dead-letter;list' {
            break
        }
        'smsctl;help;dead-letter;show' {
            break
        }
        'smsctl;help;dead-letter;retry' {
            break
        }
        'smsctl;help;dead-letter;abandon' {
            break
        }
        'smsctl;help;dead-letter;stats' {
            break
        }
        'smsctl;help;lane' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the lanes: whether they are open, why not, until when, and what waits for them')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Stop a lane: its messages wait, on all hosts, until it is resumed')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Let a lane go on at once, whether an operator paused it or it closed by itself')
            break
        }
        'smsctl;help;lane;list' {
            break
        }
        'smsctl;help;lane;pause' {
            break
        }
        'smsctl;help;lane;resume' {
            break
        }
        'smsctl;help;gateway' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the gateways of the settings')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one gateway or command: its settings, secrets hidden, and how its answers are read')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Check that a gateway can be reached; with --to, send a real message')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger')
            break
        }
        'smsctl;help;gateway;list' {
            break
        }
        'smsctl;help;gateway;show' {
            break
        }
        'smsctl;help;gateway;test' {
            break
        }
        'smsctl;help;gateway;sandbox' {
            break
        }
        'smsctl;help;workers' {
            break
        }
        'smsctl;help;db' {
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Bring the schema of the database up to this version of smsctl')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the state of the schema, and what is waiting to be applied')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the database: integrity, counts against a recount, drift of the schema')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Back up a database file while workers run')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a whole queue to another database, and go on there')
            [CompletionResult]::new('open', 'open', [CompletionResultType]::ParameterValue, 'Open a queue that `db copy` closed')
            break
        }
        'smsctl;help;db;migrate' {
            break
        }
        'smsctl;help;db;status' {
            break
        }
        'smsctl;help;db;check' {
            break
        }
        'smsctl;help;db;backup' {
            break
        }
        'smsctl;help;db;copy' {
            break
        }
        'smsctl;help;db;open' {
            break
        }
        'smsctl;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting with its origin; secrets as `***`')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report everything that is wrong with the settings')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented settings file with every key and its default')
            break
        }
        'smsctl;help;config;show' {
            break
        }
        'smsctl;help;config;check' {
            break
        }
        'smsctl;help;config;init' {
            break
        }
        'smsctl;help;segments' {
            break
        }
        'smsctl;help;demo' {
            break
        }
        'smsctl;help;bench' {
            break
        }
        'smsctl;help;selftest' {
            break
        }
        'smsctl;help;completions' {
            break
        }
        'smsctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
