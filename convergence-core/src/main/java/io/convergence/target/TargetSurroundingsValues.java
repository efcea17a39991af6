package io.convergence.target;

import io.convergence.source.SourceSchema;
import java.util.List;
import java.util.Optional;

record TargetSurroundingsValues(
        RawConsumer consumer,
        boolean versionedBucket,
        Optional<TaskSettings> taskSettings,
        Optional<SourceSchema> sourceSchema,
        List<S3TargetSettings> otherTargets)
        implements TargetSurroundings {}
