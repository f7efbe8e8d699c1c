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
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "gateway" -d 'Show and test the gateways of the settings, or run a sandbox gateway'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and not __fish_seen_subcommand_from list show test sandbox help" -f -a "show" -d 'Show one gateway: its settings, secrets hidden, and its reply rules in their order'
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
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one gateway: its settings, secrets hidden, and its reply rules in their order'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "test" -d 'Check that a gateway can be reached; with --to, send a real message'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "sandbox" -d 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger'
complete -c smsctl -n "__fish_smsctl_using_subcommand gateway; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from gateway config segments completions help" -f -a "gateway" -d 'Show and test the gateways of the settings, or run a sandbox gateway'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from gateway config segments completions help" -f -a "config" -d 'Show, check or write the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from gateway config segments completions help" -f -a "segments" -d 'Show encoding, segments and the reason, of a text, without queueing it'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from gateway config segments completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and not __fish_seen_subcommand_from gateway config segments completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "list" -d 'List the gateways of the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "show" -d 'Show one gateway: its settings, secrets hidden, and its reply rules in their order'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "test" -d 'Check that a gateway can be reached; with --to, send a real message'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from gateway" -f -a "sandbox" -d 'Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting with its origin; secrets as `***`'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report everything that is wrong with the settings'
complete -c smsctl -n "__fish_smsctl_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a commented settings file with every key and its default'
