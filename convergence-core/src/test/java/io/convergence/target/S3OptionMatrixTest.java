package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergence.Finding;
import io.convergence.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every value of a table alone, and every pair of values of two attributes: it builds, or it is rejected with its codes. The
 * golden file lists the values that a base of sound settings does not take without a finding, and the pairs whose findings
 * are not those of the two values together; every other pair is trivial, and checked as such. With {@code
 * -Dconvergence.golden=write} the file is written anew.
 */
class S3OptionMatrixTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/s3-option-matrix.txt");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each attribute with values in the form of the API, among them its default and, where it has some, illegal ones. */
    private static final Map<S3Attribute, List<Object>> VALUES = new EnumMap<>(S3Attribute.class);

    static {
        values(S3Attribute.SERVICE_ACCESS_ROLE_ARN, "", "arn:aws:iam::123456789012:role/dms");
        values(S3Attribute.BUCKET_NAME, "", "lake");
        values(S3Attribute.BUCKET_FOLDER, "", "dms", "/dms/");
        values(S3Attribute.DATA_FORMAT, "csv", "parquet");
        values(S3Attribute.COMPRESSION_TYPE, "none", "GZIP");
        values(S3Attribute.CSV_DELIMITER, ",", "|");
        values(S3Attribute.CSV_ROW_DELIMITER, "\\n", "\\r\\n");
        values(S3Attribute.CSV_NULL_VALUE, "", "NULL");
        values(S3Attribute.CSV_NO_SUP_VALUE, "", "?");
        values(S3Attribute.USE_CSV_NO_SUP_VALUE, false, true);
        values(S3Attribute.RFC4180, true, false);
        values(S3Attribute.ADD_COLUMN_NAME, false, true);
        values(S3Attribute.ADD_TRAILING_PADDING_CHARACTER, false, true);
        values(S3Attribute.MAX_FILE_SIZE, 0, 1, 1_048_576, 1_048_577);
        values(S3Attribute.CDC_MAX_BATCH_INTERVAL, 0, 60, 3600);
        values(S3Attribute.CDC_MIN_FILE_SIZE, 0, 32_000, 262_144);
        values(S3Attribute.CDC_PATH, "", "txn");
        values(S3Attribute.PRESERVE_TRANSACTIONS, false, true);
        values(S3Attribute.CDC_INSERTS_ONLY, false, true);
        values(S3Attribute.CDC_INSERTS_AND_UPDATES, false, true);
        values(S3Attribute.INCLUDE_OP_FOR_FULL_LOAD, false, true);
        values(S3Attribute.TIMESTAMP_COLUMN_NAME, "", "ts");
        values(S3Attribute.USE_TASK_START_TIME_FOR_FULL_LOAD_TIMESTAMP, false, true);
        values(S3Attribute.DATE_PARTITION_ENABLED, false, true);
        values(S3Attribute.DATE_PARTITION_SEQUENCE, "YYYYMMDD", "YYYYMM", "ddmmyyyy");
        values(S3Attribute.DATE_PARTITION_DELIMITER, "SLASH", "none");
        values(S3Attribute.DATE_PARTITION_TIMEZONE, "UTC", "Europe/Berlin");
        values(S3Attribute.PARQUET_VERSION, "parquet-1-0", "PARQUET_2_0");
        values(S3Attribute.PARQUET_TIMESTAMP_IN_MILLISECOND, false, true);
        values(S3Attribute.ENCODING_TYPE, "plain", "rle-dictionary");
        values(S3Attribute.DICT_PAGE_SIZE_LIMIT, 0, 1_048_576, 1_024_000);
        values(S3Attribute.DATA_PAGE_SIZE, 0, 1_048_576, 1_024_000);
        values(S3Attribute.ROW_GROUP_LENGTH, 0, 10_000, 10_024, 67_108_865);
        values(S3Attribute.ENABLE_STATISTICS, true, false);
        values(S3Attribute.ENCRYPTION_MODE, "sse-s3", "SSE_KMS");
        values(S3Attribute.SERVER_SIDE_ENCRYPTION_KMS_KEY_ID, "", "arn:aws:kms:eu-west-1:123456789012:key/1");
        values(S3Attribute.CANNED_ACL_FOR_OBJECTS, "none", "BUCKET_OWNER_FULL_CONTROL");
        values(S3Attribute.EXPECTED_BUCKET_OWNER, "123456789012", "12345");
        values(S3Attribute.GLUE_CATALOG_GENERATION, false, true);
        values(S3Attribute.EXTERNAL_TABLE_DEFINITION, "", "{}");
        values(S3Attribute.IGNORE_HEADER_ROWS, 0, 1, 2);
        values(S3Attribute.DETACH_TARGET_ON_LOB_LOOKUP_FAILURE_PARQUET, false, true);
    }

    @Test
    void everyPairBuildsOrIsRejectedAsTheGoldenFileSays() throws IOException {
        List<Option> options = options();
        Map<Option, TreeSet<String>> alone = new TreeMap<>();
        options.forEach(option -> alone.put(option, codes(option)));
        List<String> lines = new ArrayList<>();
        alone.forEach((option, codes) -> {
            if (!codes.isEmpty()) {
                lines.add(option + ": " + outcome(codes));
            }
        });
        int pairs = 0;
        for (int i = 0; i < options.size(); i++) {
            for (int j = i + 1; j < options.size(); j++) {
                Option left = options.get(i);
                Option right = options.get(j);
                if (left.attribute() == right.attribute()) {
                    continue;
                }
                pairs++;
                TreeSet<String> expected = new TreeSet<>(alone.get(left));
                expected.addAll(alone.get(right));
                TreeSet<String> codes = codes(left, right);
                if (!codes.equals(expected)) {
                    lines.add(left + " & " + right + ": " + outcome(codes));
                }
            }
        }

        if (System.getProperty("convergence.golden", "").equals("write")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, String.join("\n", lines) + "\n");
        }
        assertThat(pairs).isGreaterThan(4_000);
        assertThat(lines).containsExactlyElementsOf(Files.readAllLines(GOLDEN));
    }

    @Test
    void everyAttributeIsInTheTableWithTwoValuesAtLeast() {
        assertThat(VALUES.keySet()).containsExactly(S3Attribute.values());
        assertThat(VALUES.values()).allSatisfy(values -> assertThat(values).hasSizeGreaterThanOrEqualTo(2));
    }

    /** The codes of errors and warnings; and the builder builds exactly if there are no errors. */
    private static TreeSet<String> codes(Option... options) {
        S3TargetSettings.Builder builder =
                S3TargetSettings.builder().bucketName("lake").timestampColumnName("ts");
        for (Option option : options) {
            if (option.value().equals("")) {
                clear(option.attribute(), builder);
            }
            JsonNode value = JSON.valueToTree(option.value());
            option.attribute().read(value, builder, (message, fix) -> {
                throw new AssertionError(option + ": " + message);
            });
        }
        List<Finding> findings = builder.validate();
        if (findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
            assertThatThrownBy(builder::build)
                    .as(Arrays.toString(options))
                    .isInstanceOf(InvalidConfigurationException.class);
        } else {
            assertThatCode(() -> comesBack(builder.build()))
                    .as(Arrays.toString(options))
                    .doesNotThrowAnyException();
        }
        return findings.stream()
                .map(finding -> finding.severity() + " " + finding.code())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void comesBack(S3TargetSettings settings) {
        assertThat(S3TargetSettings.parse(settings.toJson())).isEqualTo(settings);
        assertThat(S3TargetSettings.parseEndpoint(settings.toCreateEndpointInput("lake")))
                .isEqualTo(settings);
        assertThat(settings.toBuilder().build()).isEqualTo(settings);
        if (settings.compressionType() == CompressionType.NONE) {
            assertThat(S3TargetSettings.parseConnectionAttributes(settings.toConnectionAttributes()))
                    .isEqualTo(settings);
        }
    }

    /** An empty text is the same as none, so that reading it leaves what the base has. */
    private static void clear(S3Attribute attribute, S3TargetSettings.Builder builder) {
        if (attribute == S3Attribute.TIMESTAMP_COLUMN_NAME) {
            builder.withoutTimestampColumn();
        } else if (attribute == S3Attribute.BUCKET_NAME) {
            builder.bucketName("");
        }
    }

    private static String outcome(TreeSet<String> codes) {
        String verdict = codes.stream().anyMatch(code -> code.startsWith("ERROR")) ? "REJECTED" : "BUILDS";
        return (verdict + " " + String.join(", ", codes)).strip();
    }

    private static List<Option> options() {
        return VALUES.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(value -> new Option(entry.getKey(), value)))
                .toList();
    }

    private static void values(S3Attribute attribute, Object... values) {
        VALUES.put(attribute, List.of(values));
    }

    private record Option(S3Attribute attribute, Object value) implements Comparable<Option> {
        @Override
        public int compareTo(Option other) {
            return options().indexOf(this) - options().indexOf(other);
        }

        @Override
        public String toString() {
            return attribute.jsonName() + "=" + (value.equals("") ? "(empty)" : value);
        }
    }
}
