package io.convergence.cli;

import picocli.CommandLine.Command;

/** {@code task}: what is about the settings of a task. */
@Command(
        name = "task",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks task settings.",
        subcommands = TaskCheckCommand.class)
final class TaskCommand extends CommandGroup {}
