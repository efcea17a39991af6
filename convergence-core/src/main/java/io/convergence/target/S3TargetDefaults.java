package io.convergence.target;

import io.convergence.DataSize;
import java.time.Duration;
import java.time.ZoneId;

/** What DMS does where an attribute of an S3 target is not set (DMS API, "S3Settings"). */
public final class S3TargetDefaults {
    public static final String BUCKET_FOLDER = "";
    public static final DataFormat DATA_FORMAT = DataFormat.CSV;
    public static final CompressionType COMPRESSION_TYPE = CompressionType.NONE;
    public static final Duration CDC_MAX_BATCH_INTERVAL = Duration.ofSeconds(60);

    /** 32,000 KB, measured on the rows in memory, before they are encoded. */
    public static final DataSize CDC_MIN_FILE_SIZE = DataSize.ofKilobytes(32_000);

    /** 1 GB, for CSV files of a full load. */
    public static final DataSize MAX_FILE_SIZE = DataSize.ofKilobytes(1_048_576);

    public static final DatePartitionSequence DATE_PARTITION_SEQUENCE = DatePartitionSequence.YYYYMMDD;
    public static final DatePartitionDelimiter DATE_PARTITION_DELIMITER = DatePartitionDelimiter.SLASH;
    public static final ZoneId DATE_PARTITION_TIMEZONE = ZoneId.of("UTC");
    public static final ParquetVersion PARQUET_VERSION = ParquetVersion.PARQUET_1_0;

    /** The documented default; the one real file there is shows plain values without a dictionary. */
    public static final EncodingType ENCODING_TYPE = EncodingType.RLE_DICTIONARY;

    /** Rows, by the API; the guide says 10,024. */
    public static final int ROW_GROUP_LENGTH = 10_000;

    /** By the API; the guide says 1,024,000 bytes. */
    public static final DataSize DATA_PAGE_SIZE = DataSize.ofBytes(1_048_576);

    /** By the API; the guide says 1,024,000 bytes. */
    public static final DataSize DICT_PAGE_SIZE_LIMIT = DataSize.ofBytes(1_048_576);

    public static final String CSV_DELIMITER = ",";
    public static final String CSV_ROW_DELIMITER = "\n";
    public static final EncryptionMode ENCRYPTION_MODE = EncryptionMode.SSE_S3;
    public static final CannedAcl CANNED_ACL_FOR_OBJECTS = CannedAcl.NONE;

    /** For endpoints that read from S3. */
    public static final int IGNORE_HEADER_ROWS = 0;

    private S3TargetDefaults() {}
}
