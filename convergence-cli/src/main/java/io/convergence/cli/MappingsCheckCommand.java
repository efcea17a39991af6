package io.convergence.cli;

import io.convergence.mapping.TableMappings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mappings check}: what is wrong or doubtful about table mappings, whatever the source. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Tells what is wrong or doubtful about table mappings, whatever the source.",
        footer = {
            "",
            "FILE holds table mappings as the API takes them: {\"rules\":[…]}. What they do to a source, preview shows.",
            "Exit code: 0 no errors, 1 errors, 2 wrong usage."
        })
final class MappingsCheckCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        return check.run(spec, document -> TableMappings.parse(document.text()).validate());
    }
}
