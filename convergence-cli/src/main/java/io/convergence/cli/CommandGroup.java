package io.convergence.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A word that only has meaning with a command after it. */
abstract class CommandGroup implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run
    private CommandSpec spec;

    @Override
    public final void run() {
        throw new UsageException("A command is missing" + (spec.subcommands().size() > 1 ? ", one of " : ": ")
                + String.join(", ", spec.subcommands().keySet()) + ". See " + spec.qualifiedName() + " --help.");
    }
}
