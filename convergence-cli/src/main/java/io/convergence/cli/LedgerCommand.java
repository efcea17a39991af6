package io.convergence.cli;

import picocli.CommandLine.Command;

/** {@code ledger}: what is about the logs of a lake. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows, checks and cleans up the logs of a lake, and takes back what was committed last.",
        subcommands = {
            LedgerShowCommand.class,
            LedgerLogCommand.class,
            LedgerVerifyCommand.class,
            LedgerGcCommand.class,
            LedgerUndoCommand.class
        })
final class LedgerCommand extends CommandGroup {}
