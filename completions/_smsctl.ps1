
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
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show counts by status, ages and rates')
            [CompletionResult]::new('retry-failed', 'retry-failed', [CompletionResultType]::ParameterValue, 'Put failed tasks back to pending')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tasks')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one task with its attempts, and what happens next')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel tasks, by id or by filter')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Hold tasks, by id or by filter')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release held tasks, by id or by filter')
            [CompletionResult]::new('dead-letter', 'dead-letter', [CompletionResultType]::ParameterValue, 'Look at dead letters, retry them or give them up')
            [CompletionResult]::new('workers', 'workers', [CompletionResultType]::ParameterValue, 'List live and dead worker processes')
            [CompletionResult]::new('db', 'db', [CompletionResultType]::ParameterValue, 'Migrate the database, show its state, check its health')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;stats' {
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'One row for each lane, batch, or hour (UTC)')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Show the counts again and again, with so many seconds between [default: 2]')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only those created before this time')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'At most this many, lowest ids first')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Only ids above this one, for the next page')
            [CompletionResult]::new('--database', '--database', [CompletionResultType]::ParameterName, 'The database, for example `sqlite:////var/lib/smsctl/sms.db`')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How results are written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines are written')
            [CompletionResult]::new('--unknown', '--unknown', [CompletionResultType]::ParameterName, 'Take tasks whose outcome is unknown, too: they may arrive twice')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
        'smsctl;dead-letter;abandon' {
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Only the dead letter with this id (can be repeated)')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'Only dead letters in this state (can be repeated, or separated by commas)')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Only tasks of the batch with this name')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func` of another program')
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Only tasks with this `task_name`, for example `sms`')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only messages to this number; a national one counts as of `message.region`')
            [CompletionResult]::new('--error-type', '--error-type', [CompletionResultType]::ParameterName, 'Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`')
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
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Change nothing; print the SQL that would be run')
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
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Put the counts right by counting every task anew')
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
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Show counts by status, ages and rates')
            [CompletionResult]::new('retry-failed', 'retry-failed', [CompletionResultType]::ParameterValue, 'Put failed tasks back to pending')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tasks')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show one task with its attempts, and what happens next')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Cancel tasks, by id or by filter')
            [CompletionResult]::new('hold', 'hold', [CompletionResultType]::ParameterValue, 'Hold tasks, by id or by filter')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Release held tasks, by id or by filter')
            [CompletionResult]::new('dead-letter', 'dead-letter', [CompletionResultType]::ParameterValue, 'Look at dead letters, retry them or give them up')
            [CompletionResult]::new('workers', 'workers', [CompletionResultType]::ParameterValue, 'List live and dead worker processes')
            [CompletionResult]::new('db', 'db', [CompletionResultType]::ParameterValue, 'Migrate the database, show its state, check its health')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
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
        'smsctl;help;workers' {
            break
        }
        'smsctl;help;db' {
            [CompletionResult]::new('migrate', 'migrate', [CompletionResultType]::ParameterValue, 'Bring the schema of the database up to this version of smsctl')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the state of the schema, and what is waiting to be applied')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the database: integrity, counts against a recount, drift of the schema')
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
