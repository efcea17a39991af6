package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class S3ConnectionAttributesTest {
    @Test
    void attributesAreWrittenWithASmallFirstLetterAndReadBack() {
        S3TargetSettings settings = S3TargetSettings.of(s -> s.bucketName("lake")
                .bucketFolder("dms")
                .csv(c -> c.delimiter("|").rowDelimiter("\r\n").nullValue("").noSupValue("{none}"))
                .timestampColumnName("ts")
                .cdc(c -> c.preserveTransactions("txn")
                        .maxBatchInterval(Duration.ofMinutes(5))
                        .minFileSize(DataSize.ofMegabytes(64)))
                .parquet(p -> p.keepTargetOnLobLookupFailure()));

        String text = settings.toConnectionAttributes();

        assertThat(text)
                .isEqualTo(
                        "bucketName=lake;bucketFolder=dms;csvDelimiter=|;csvRowDelimiter=\\r\\n;csvNullValue=;csvNoSupValue={none};useCsvNoSupValue=true;"
                                + "cdcMaxBatchInterval=300;cdcMinFileSize=65536;CdcPath=txn;preserveTransactions=true;timestampColumnName=ts;"
                                + "detachTargetOnLobLookupFailureParquet=false");
        assertThat(S3TargetSettings.parseConnectionAttributes(text)).isEqualTo(settings);
    }

    @Test
    void whatPeopleWriteIsRead() {
        S3TargetSettings settings = S3TargetSettings.parseConnectionAttributes(
                " bucketName=lake ; dataformat=PARQUET; compressionType=GZIP;ParquetVersion=PARQUET_2_0;enableStatistics=n;cdcPath=/txn/;csvDelimiter= ;");

        assertThat(settings).isEqualTo(S3TargetSettings.of(s -> {
            s.bucketName("lake")
                    .dataFormat(DataFormat.PARQUET)
                    .compressionType(CompressionType.GZIP)
                    .csv(c -> c.delimiter(" "))
                    .parquet(p -> p.version(ParquetVersion.PARQUET_2_0).withoutStatistics());
            s.cdcPath = "txn";
        }));
    }

    @Test
    void aSemicolonBetweenBracesIsPartOfTheValueAndALoneBraceIsACharacter() {
        String definition = "{\"TableCount\":\"1\",\"Note\":\"a;b\"}";

        assertThat(S3TargetSettings.parseConnectionAttributes("bucketName=lake;externalTableDefinition=" + definition
                                + ";csvDelimiter={;csvNullValue=x")
                        .attributes())
                .containsEntry(S3Attribute.EXTERNAL_TABLE_DEFINITION, definition)
                .containsEntry(S3Attribute.CSV_DELIMITER, "{")
                .containsEntry(S3Attribute.CSV_NULL_VALUE, "x");
    }

    @Test
    void whatCannotBeAConnectionAttributeIsRefusedAllAtOnce() {
        S3TargetSettings settings = S3TargetSettings.of(s -> s.bucketName("lake")
                .compressionType(CompressionType.GZIP)
                .csv(c -> c.delimiter(";").nullValue("}{")));

        assertThatThrownBy(settings::toConnectionAttributes)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(
                                        Finding.error(
                                                "NO_CONNECTION_ATTRIBUTE",
                                                "$.CompressionType",
                                                "It is 'gzip', but the service no longer takes it as a connection attribute.",
                                                "Give it in S3Settings: toCreateEndpointInput."),
                                        Finding.error(
                                                "VALUE_NOT_WRITABLE",
                                                "$.CsvDelimiter",
                                                "It is ';': how a connection attribute holds a semicolon, an unpaired brace or blanks at its ends is not documented.",
                                                "Give it in S3Settings: toCreateEndpointInput."),
                                        Finding.error(
                                                "VALUE_NOT_WRITABLE",
                                                "$.CsvNullValue",
                                                "It is '}{': how a connection attribute holds a semicolon, an unpaired brace or blanks at its ends is not documented.",
                                                "Give it in S3Settings: toCreateEndpointInput.")));
    }

    @Test
    void allThatCannotBeReadIsGivenAtOnce() {
        assertThatThrownBy(() -> S3TargetSettings.parseConnectionAttributes(
                        "bucketName=a;bucketName=b;parquet;colour=red;rowGroupLength=many"))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(
                                        Finding.error(
                                                "CONNECTION_ATTRIBUTE_TWICE",
                                                "$.BucketName",
                                                "It is given twice: 'a' and 'b'.",
                                                "Give it once."),
                                        Finding.error(
                                                "CONNECTION_ATTRIBUTE_WITHOUT_VALUE",
                                                "$",
                                                "'parquet' has no value.",
                                                "Write name=value, with semicolons in between."),
                                        Finding.error(
                                                "UNKNOWN_ATTRIBUTE",
                                                "$.colour",
                                                "'colour' is no attribute of an S3 target.",
                                                "Remove it."),
                                        Finding.error(
                                                "WRONG_VALUE",
                                                "$.RowGroupLength",
                                                "It is \"many\", not a whole number that is not negative.",
                                                "Give it in the unit of the API.")));
    }

    /** Whatever the texts hold: either the writer refuses them, or they come back as they were. */
    @Test
    void anyTextsComeBackOrAreRefused() {
        long seed = Long.getLong("convergence.seed", 20_261_125L);
        Random random = new Random(seed);
        int written = 0;
        for (int i = 0; i < 2_000; i++) {
            String delimiter = text(random);
            String nullValue = text(random);
            S3TargetSettings settings = S3TargetSettings.of(s ->
                    s.bucketName("lake").csv(c -> c.delimiter("," + delimiter).nullValue(nullValue)));
            String text;
            try {
                text = settings.toConnectionAttributes();
            } catch (InvalidConfigurationException e) {
                continue;
            }

            assertThat(S3TargetSettings.parseConnectionAttributes(text))
                    .as("seed %d, %s", seed, text)
                    .isEqualTo(settings);
            written++;
        }

        assertThat(written).as("seed %d", seed).isBetween(500, 1_900);
    }

    private static String text(Random random) {
        String alphabet = "a={}; |\"'\n";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
