package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a spec that is not accepted yet. */
record ReplicationSpecParts(
        @Nullable SourceEngine engine,
        @Nullable SourceSchema schema,
        TableMappings mappings,
        S3TargetSettings.Builder settings,
        Map<TableId, Map<String, NullOnUpdate>> nullOnUpdate,
        @Nullable TaskSettings taskSettings,
        DataSize lobMaxSize,
        @Nullable DataSize givenLobMaxSize,
        String controlPrefix,
        String outputPrefix,
        @Nullable MigrationType migrationType,
        RawConsumer consumer,
        boolean versionedBucket) {}
