package io.convergence.cli;

import picocli.CommandLine.Command;

/** {@code settings}: what is about the settings of an S3 target. */
@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks settings of an S3 target.",
        subcommands = SettingsCheckCommand.class)
final class SettingsCommand extends CommandGroup {}
