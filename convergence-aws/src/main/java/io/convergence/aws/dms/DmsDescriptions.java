package io.convergence.aws.dms;

import io.convergence.mapping.TableMappings;
import io.convergence.target.MigrationType;
import io.convergence.target.S3Attribute;
import io.convergence.target.S3TargetSettings;
import io.convergence.target.ServerlessCompute;
import io.convergence.target.TaskSettings;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.databasemigration.model.ComputeConfig;
import software.amazon.awssdk.services.databasemigration.model.Endpoint;

/** From what the service describes to our model. Whatever it leaves out is null in the SDK. */
final class DmsDescriptions {
    private DmsDescriptions() {}

    static S3TargetSettings settings(Endpoint target) {
        String engine = text(target.engineName());
        if (!engine.isEmpty() && !engine.toLowerCase(Locale.ROOT).equals("s3")) {
            throw new IllegalArgumentException("Cannot read endpoint '" + target.endpointIdentifier()
                    + "' as a target on S3: its engine is '" + engine + "'. Give the endpoint with the engine s3.");
        }
        String type = text(target.endpointTypeAsString());
        if (!type.isEmpty() && !type.toLowerCase(Locale.ROOT).equals("target")) {
            throw new IllegalArgumentException("Cannot read endpoint '" + target.endpointIdentifier()
                    + "' as a target on S3: it is a " + type.toLowerCase(Locale.ROOT)
                    + ". Give the endpoint that DMS writes to.");
        }

        Map<S3Attribute, Object> values = target.s3Settings() == null
                ? new EnumMap<>(S3Attribute.class)
                : S3SettingsMembers.read(target.s3Settings());
        String role = text(target.serviceAccessRoleArn());
        if (!role.isEmpty()) {
            values.putIfAbsent(S3Attribute.SERVICE_ACCESS_ROLE_ARN, role);
        }
        return S3TargetSettings.from(values, text(target.extraConnectionAttributes()));
    }

    static TableMappings mappings(@Nullable String json) {
        return TableMappings.parse(text(json));
    }

    static Optional<TaskSettings> taskSettings(@Nullable String json) {
        return text(json).isBlank()
                ? Optional.empty()
                : Optional.of(TaskSettings.parse(text(json)).withoutServiceFields());
    }

    static MigrationType migrationType(@Nullable String type) {
        return MigrationType.parse(text(type));
    }

    static ServerlessCompute compute(ComputeConfig config) {
        ServerlessCompute.Builder builder = ServerlessCompute.builder();
        given(config.maxCapacityUnits()).ifPresent(builder::maxCapacityUnits);
        given(config.minCapacityUnits()).ifPresent(builder::minCapacityUnits);
        if (Boolean.TRUE.equals(config.multiAZ())) {
            builder.multiAz();
        }
        filled(config.availabilityZone()).ifPresent(builder::availabilityZone);
        filled(config.replicationSubnetGroupId()).ifPresent(builder::replicationSubnetGroupId);
        builder.vpcSecurityGroupIds(config.vpcSecurityGroupIds().toArray(String[]::new));
        filled(config.kmsKeyId()).ifPresent(builder::kmsKeyId);
        filled(config.dnsNameServers())
                .ifPresent(servers -> builder.dnsNameServers(servers.trim().split("\\s*,\\s*", -1)));
        filled(config.preferredMaintenanceWindow()).ifPresent(builder::preferredMaintenanceWindow);
        return builder.build();
    }

    private static Optional<Integer> given(@Nullable Integer number) {
        return Optional.ofNullable(number);
    }

    private static Optional<String> filled(@Nullable String text) {
        return Optional.ofNullable(text).filter(given -> !given.isBlank());
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
