package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

record ReplicationSpecValues(
        SourceEngine sourceEngine,
        Optional<SourceSchema> sourceSchema,
        TableMappings tableMappings,
        S3TargetSettings settings,
        Map<TableId, Map<String, NullOnUpdate>> nullOnUpdate,
        Optional<TaskSettings> taskSettings,
        DataSize lobMaxSize,
        String controlPrefix,
        String outputPrefix,
        Optional<MigrationType> migrationType,
        RawConsumer consumer,
        boolean versionedBucket)
        implements ReplicationSpec {
    @Override
    public String toJson() {
        return ReplicationSpecJson.write(this);
    }

    @Override
    public List<Finding> validate() {
        return toBuilder().validate();
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Source and target in short; {@link #toJson} gives all. */
    @Override
    public String toString() {
        return "ReplicationSpec[" + sourceEngine + " -> s3://" + settings.bucketName() + "/" + settings.bucketFolder()
                + ", " + tableMappings.rules().size() + " rules]";
    }
}
