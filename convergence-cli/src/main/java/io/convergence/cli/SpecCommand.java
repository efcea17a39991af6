package io.convergence.cli;

import picocli.CommandLine.Command;

/** {@code spec}: what is about a replication spec. */
@Command(
        name = "spec",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks a replication spec: source, mappings and settings together.",
        subcommands = SpecCheckCommand.class)
final class SpecCommand extends CommandGroup {}
