package io.convergence.cli;

import io.convergence.target.ReplicationSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code spec check}: what is wrong or doubtful about a replication as a whole. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Tells what is wrong or doubtful about a replication: each part by itself, then all together.",
        footer = {
            "",
            "FILE is a replication spec, as --spec of the other commands: {\"sourceEngine\":…,\"tableMappings\":…,\"s3Settings\":…}.",
            "Exit code: 0 no errors, 1 errors, 2 wrong usage."
        })
final class SpecCheckCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        return check.run(
                spec, document -> ReplicationSpec.parse(document.text()).validate());
    }
}
