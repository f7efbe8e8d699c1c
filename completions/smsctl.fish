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
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l to -d 'The recipient\'s number; can be repeated' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l text -d 'The text; `-` reads stdin. With `--file`, the text of every row, in which `{{ name }}` stands for the column `name`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l file -d 'A file of messages; `-` reads stdin' -r -F
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l format -d 'What the file is; guessed from its ending' -r -f -a "csv\t'A header and rows, separated by `,`, `;` or tab'
jsonl\t'One JSON object a line'"
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l map -d 'The column that holds a field, for example `to=Handynummer`; can be repeated' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l sender -d 'Who the message says that it comes from' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l lane -d 'The way out: `gateway:NAME`, `command:NAME`, or the name of a gateway' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l priority -d '0 to 9, or `low`, `normal`, `high`; 9 goes first [default: normal]' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l at -d 'Not before this time: RFC 3339, `2026-11-24 18:00`, `tomorrow`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l in -d 'Not before so long from now: `90s`, `2h30m`, `3d`' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l expires-in -d 'Not later than so long after it is due' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l max-retries -d 'Attempts in all' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l key -d 'A second message with this key is not enqueued: the first one is returned' -r
complete -c smsctl -n "__fish_smsctl_using_subcommand enqueue" -l batch -d 'A name for what is enqueued together. A file with a batch may be run again: its rows are enqueued once' -r
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
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue config segments completions help" -f -a "enqueue" -d 'Add messages: one, many, from a file or stdin; or a generic task'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue config segments completions help" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue config segments completions help" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue config segments completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from enqueue config segments completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting with its origin; secrets as `***`'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report everything that is wrong with the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented settings file with every key and its default'
