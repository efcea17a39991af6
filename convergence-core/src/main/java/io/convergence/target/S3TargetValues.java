package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

record S3TargetValues(
        Optional<String> serviceAccessRoleArn,
        String bucketName,
        String bucketFolder,
        DataFormat dataFormat,
        CompressionType compressionType,
        String csvDelimiter,
        String csvRowDelimiter,
        Optional<String> csvNullValue,
        Optional<String> csvNoSupValue,
        boolean useCsvNoSupValue,
        boolean rfc4180,
        boolean addColumnName,
        boolean addTrailingPaddingCharacter,
        DataSize maxFileSize,
        Duration cdcMaxBatchInterval,
        DataSize cdcMinFileSize,
        Optional<String> cdcPath,
        boolean preserveTransactions,
        boolean cdcInsertsOnly,
        boolean cdcInsertsAndUpdates,
        boolean includeOpForFullLoad,
        Optional<String> timestampColumnName,
        boolean useTaskStartTimeForFullLoadTimestamp,
        boolean datePartitionEnabled,
        DatePartitionSequence datePartitionSequence,
        DatePartitionDelimiter datePartitionDelimiter,
        ZoneId datePartitionTimezone,
        ParquetVersion parquetVersion,
        boolean parquetTimestampInMillisecond,
        Optional<EncodingType> encodingType,
        DataSize dictPageSizeLimit,
        DataSize dataPageSize,
        int rowGroupLength,
        boolean enableStatistics,
        EncryptionMode encryptionMode,
        Optional<String> serverSideEncryptionKmsKeyId,
        CannedAcl cannedAclForObjects,
        Optional<String> expectedBucketOwner,
        boolean glueCatalogGeneration,
        Optional<String> externalTableDefinition,
        int ignoreHeaderRows,
        Optional<Boolean> detachTargetOnLobLookupFailureParquet)
        implements S3TargetSettings {
    @Override
    public String toJson() {
        return S3TargetJson.write(this);
    }

    @Override
    public String toConnectionAttributes() {
        return S3ConnectionAttributes.write(this);
    }

    @Override
    public String toCreateEndpointInput(String endpointIdentifier) {
        return S3Endpoint.createInput(this, endpointIdentifier);
    }

    @Override
    public List<Finding> validate() {
        return S3TargetChecks.findings(this);
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** What differs from DMS's defaults. */
    @Override
    public String toString() {
        return "S3TargetSettings" + toJson();
    }
}
