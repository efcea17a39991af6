package io.convergence.cli;

import io.convergence.source.SourceSchema;
import io.convergence.target.RawConsumer;
import io.convergence.target.TargetSurroundings;
import io.convergence.target.TaskSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code settings check}: what is wrong or doubtful about the settings of an S3 target. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Tells what is wrong or doubtful about the settings of an S3 target.",
        footer = {
            "",
            "FILE holds S3Settings as the API takes them, what 'aws dms describe-endpoints' prints about one endpoint,",
            "the input of 'aws dms create-endpoint', or extra connection attributes (name=value;name=value).",
            "Exit code: 0 no errors, 1 errors, 2 wrong usage."
        })
final class SettingsCheckCommand implements Callable<Integer> {
    @Mixin
    private CheckOptions check = new CheckOptions();

    @Option(
            names = "--consumer",
            paramLabel = "WHO",
            description = "Who reads DMS's files: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private RawConsumer consumer = RawConsumer.LIBRARY;

    @Option(names = "--task", paramLabel = "FILE", description = "Task settings, checked together with the target's.")
    private @Nullable Path task;

    @Option(names = "--schema", paramLabel = "FILE", description = "The source's tables, as for the other commands.")
    private @Nullable Path schema;

    @Option(
            names = "--other-target",
            paramLabel = "FILE",
            description =
                    "Settings of another task's target that writes some of the same tables; may be given several times.")
    private List<Path> otherTargets = new ArrayList<>();

    @Option(names = "--versioned-bucket", description = "The bucket keeps versions.")
    private boolean versionedBucket;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        // Before the document, so that what is wrong with them is not taken for a finding about it.
        TargetSurroundings surroundings = TargetSurroundings.of(around -> {
            around.consumer(consumer);
            if (versionedBucket) {
                around.versionedBucket();
            }
            if (task != null) {
                around.taskSettings(
                        TaskSettings.parse(Document.read(task).requireJson().text()));
            }
            if (schema != null) {
                around.sourceSchema(
                        SourceSchema.parse(Document.read(schema).requireJson().text()));
            }
            otherTargets.forEach(other -> around.otherTarget(SettingsText.parse(Document.read(other))));
        });
        return check.run(spec, document -> SettingsText.parse(document).validate(surroundings));
    }
}
