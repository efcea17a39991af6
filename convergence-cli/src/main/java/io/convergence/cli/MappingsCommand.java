package io.convergence.cli;

import picocli.CommandLine.Command;

/** {@code mappings}: what is about table mappings. */
@Command(
        name = "mappings",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks, previews and formats table mappings.",
        subcommands = {MappingsCheckCommand.class, MappingsPreviewCommand.class, MappingsFormatCommand.class})
final class MappingsCommand extends CommandGroup {}
