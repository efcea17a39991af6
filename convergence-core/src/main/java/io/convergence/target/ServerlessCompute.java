package io.convergence.target;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs a serverless replication (DMS API, "ComputeConfig"). What is not set is left to DMS. It is checked as part of a
 * {@link Deployment}. Immutable and thread-safe.
 */
public sealed interface ServerlessCompute permits ServerlessComputeValues {
    /** The most DMS capacity units (2 GB of memory each): 1, 2, 4, 8, 16, 32, 64, 128, 192, 256 or 384. */
    int maxCapacityUnits();

    /** The fewest; DMS's default is 1. */
    Optional<Integer> minCapacityUnits();

    /** Whether a standby waits in another availability zone. */
    boolean multiAz();

    /** Not together with {@link #multiAz}. */
    Optional<String> availabilityZone();

    Optional<String> replicationSubnetGroupId();

    List<String> vpcSecurityGroupIds();

    /** The key for data at rest in DMS, not the one for files on S3. */
    Optional<String> kmsKeyId();

    /** At most 4. */
    List<String> dnsNameServers();

    /** In UTC, at least 30 minutes, e.g. {@code sun:23:45-mon:00:30}. */
    Optional<String> preferredMaintenanceWindow();

    static Builder builder() {
        return new Builder();
    }

    /** Made in one expression, e.g. {@code ServerlessCompute.of(c -> c.maxCapacityUnits(16))}. */
    static ServerlessCompute of(Consumer<Builder> settings) {
        Builder builder = builder();
        settings.accept(builder);
        return builder.build();
    }

    Builder toBuilder();

    /** Collects settings. Not thread-safe. */
    final class Builder {
        private int maxCapacityUnits;
        private @Nullable Integer minCapacityUnits;
        private boolean multiAz;
        private @Nullable String availabilityZone;
        private @Nullable String replicationSubnetGroupId;
        private final List<String> vpcSecurityGroupIds = new ArrayList<>();
        private @Nullable String kmsKeyId;
        private final List<String> dnsNameServers = new ArrayList<>();
        private @Nullable String preferredMaintenanceWindow;

        private Builder() {}

        Builder(ServerlessCompute from) {
            maxCapacityUnits = from.maxCapacityUnits();
            minCapacityUnits = from.minCapacityUnits().orElse(null);
            multiAz = from.multiAz();
            availabilityZone = from.availabilityZone().orElse(null);
            replicationSubnetGroupId = from.replicationSubnetGroupId().orElse(null);
            vpcSecurityGroupIds.addAll(from.vpcSecurityGroupIds());
            kmsKeyId = from.kmsKeyId().orElse(null);
            dnsNameServers.addAll(from.dnsNameServers());
            preferredMaintenanceWindow = from.preferredMaintenanceWindow().orElse(null);
        }

        /** Must be set. */
        public Builder maxCapacityUnits(int units) {
            maxCapacityUnits = units;
            return this;
        }

        public Builder minCapacityUnits(int units) {
            minCapacityUnits = units;
            return this;
        }

        public Builder multiAz() {
            multiAz = true;
            return this;
        }

        public Builder availabilityZone(String zone) {
            availabilityZone = requireNonNull(zone, "zone");
            return this;
        }

        public Builder replicationSubnetGroupId(String id) {
            replicationSubnetGroupId = requireNonNull(id, "id");
            return this;
        }

        /** Adds groups. */
        public Builder vpcSecurityGroupIds(String... ids) {
            vpcSecurityGroupIds.addAll(List.of(ids));
            return this;
        }

        public Builder kmsKeyId(String id) {
            kmsKeyId = requireNonNull(id, "id");
            return this;
        }

        /** Adds servers. */
        public Builder dnsNameServers(String... addresses) {
            dnsNameServers.addAll(List.of(addresses));
            return this;
        }

        public Builder preferredMaintenanceWindow(String window) {
            preferredMaintenanceWindow = requireNonNull(window, "window");
            return this;
        }

        public ServerlessCompute build() {
            return new ServerlessComputeValues(
                    maxCapacityUnits,
                    Optional.ofNullable(minCapacityUnits),
                    multiAz,
                    Optional.ofNullable(availabilityZone),
                    Optional.ofNullable(replicationSubnetGroupId),
                    vpcSecurityGroupIds,
                    Optional.ofNullable(kmsKeyId),
                    dnsNameServers,
                    Optional.ofNullable(preferredMaintenanceWindow));
        }
    }
}
