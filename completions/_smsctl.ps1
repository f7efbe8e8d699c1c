
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
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;enqueue' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The recipient''s number; can be repeated')
            [CompletionResult]::new('--text', '--text', [CompletionResultType]::ParameterName, 'The text; `-` reads stdin. With `--file`, the text of every row, in which `{{ name }}` stands for the column `name`')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A file of messages; `-` reads stdin')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'What the file is; guessed from its ending')
            [CompletionResult]::new('--map', '--map', [CompletionResultType]::ParameterName, 'The column that holds a field, for example `to=Handynummer`; can be repeated')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Who the message says that it comes from')
            [CompletionResult]::new('--lane', '--lane', [CompletionResultType]::ParameterName, 'The way out: `gateway:NAME`, `command:NAME`, or the name of a gateway')
            [CompletionResult]::new('--priority', '--priority', [CompletionResultType]::ParameterName, '0 to 9, or `low`, `normal`, `high`; 9 goes first [default: normal]')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Not before this time: RFC 3339, `2026-11-24 18:00`, `tomorrow`')
            [CompletionResult]::new('--in', '--in', [CompletionResultType]::ParameterName, 'Not before so long from now: `90s`, `2h30m`, `3d`')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'Not later than so long after it is due')
            [CompletionResult]::new('--max-retries', '--max-retries', [CompletionResultType]::ParameterName, 'Attempts in all')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'A second message with this key is not enqueued: the first one is returned')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'A name for what is enqueued together. A file with a batch may be run again: its rows are enqueued once')
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
            [CompletionResult]::new('enqueue', 'enqueue', [CompletionResultType]::ParameterValue, 'Add messages: one, many, from a file or stdin; or a generic task')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show, check or write the settings')
            [CompletionResult]::new('segments', 'segments', [CompletionResultType]::ParameterValue, 'Show encoding, segments and the reason, of a text, without queueing it')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smsctl;help;enqueue' {
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
