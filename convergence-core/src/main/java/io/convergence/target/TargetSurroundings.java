package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.source.SourceSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the surroundings of an S3 target, beyond its settings. What is not given is not checked. Immutable and
 * thread-safe.
 */
public sealed interface TargetSurroundings permits TargetSurroundingsValues {
    /** Who reads the files; {@link RawConsumer#LIBRARY} if not given. */
    RawConsumer consumer();

    /** Whether the bucket is known to keep versions. */
    boolean versionedBucket();

    Optional<TaskSettings> taskSettings();

    Optional<SourceSchema> sourceSchema();

    /** Targets of other tasks that replicate some of the same tables. */
    List<S3TargetSettings> otherTargets();

    static Builder builder() {
        return new Builder();
    }

    /** Surroundings made in one expression, e.g. {@code TargetSurroundings.of(s -> s.consumer(RawConsumer.ATHENA))}. */
    static TargetSurroundings of(Consumer<Builder> surroundings) {
        Builder builder = builder();
        surroundings.accept(builder);
        return builder.build();
    }

    /** Not thread-safe. */
    final class Builder {
        private RawConsumer consumer = RawConsumer.LIBRARY;
        private boolean versionedBucket;
        private @Nullable TaskSettings taskSettings;
        private @Nullable SourceSchema sourceSchema;
        private final List<S3TargetSettings> otherTargets = new ArrayList<>();

        private Builder() {}

        public Builder consumer(RawConsumer reader) {
            consumer = requireNonNull(reader, "reader");
            return this;
        }

        /** The bucket keeps versions. */
        public Builder versionedBucket() {
            versionedBucket = true;
            return this;
        }

        public Builder taskSettings(TaskSettings settings) {
            taskSettings = requireNonNull(settings, "settings");
            return this;
        }

        public Builder sourceSchema(SourceSchema schema) {
            sourceSchema = requireNonNull(schema, "schema");
            return this;
        }

        /** Adds the target of another task that replicates some of the same tables. */
        public Builder otherTarget(S3TargetSettings target) {
            otherTargets.add(requireNonNull(target, "target"));
            return this;
        }

        public TargetSurroundings build() {
            return new TargetSurroundingsValues(
                    consumer,
                    versionedBucket,
                    Optional.ofNullable(taskSettings),
                    Optional.ofNullable(sourceSchema),
                    List.copyOf(otherTargets));
        }
    }
}
