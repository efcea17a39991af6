package io.convergence.cli;

import io.convergence.target.MigrationType;
import io.convergence.target.TaskSettings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code task check}: what is wrong or doubtful about task settings. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Tells what is wrong or doubtful about the settings of a task whose target is S3.",
        footer = {
            "",
            "FILE holds task settings as the API takes them.",
            "Exit code: 0 no errors, 1 errors, 2 wrong usage."
        })
final class TaskCheckCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypeConverter.class,
            description = "The migration type, full-load, cdc or full-load-and-cdc; any of them if left out.")
    private @Nullable MigrationType type;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        MigrationType known = type;
        return check.run(spec, document -> {
            TaskSettings settings = TaskSettings.parse(document.text());
            return known == null ? settings.validate() : settings.validate(known);
        });
    }

    static final class TypeConverter implements ITypeConverter<MigrationType> {
        @Override
        public MigrationType convert(String value) {
            try {
                return MigrationType.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
