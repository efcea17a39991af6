package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3EndpointTest {
    private static final S3TargetSettings TRANSACTIONS = S3TargetSettings.of(s -> s.bucketName("lake")
            .compressionType(CompressionType.GZIP)
            .csv(c -> c.delimiter(";"))
            .cdc(c -> c.preserveTransactions("txn"))
            .parquet(p -> p.detachTargetOnLobLookupFailure()));

    @Test
    void theInputHoldsWhatTasksTakeFromConnectionAttributesOnlyInBothPlaces() {
        String json = TRANSACTIONS.toCreateEndpointInput("lake-target");

        assertThat(json.replaceAll("\\s", ""))
                .isEqualTo("{\"EndpointIdentifier\":\"lake-target\",\"EndpointType\":\"target\",\"EngineName\":\"s3\","
                        + "\"S3Settings\":{\"BucketName\":\"lake\",\"CompressionType\":\"gzip\",\"CsvDelimiter\":\";\",\"CdcPath\":\"txn\",\"PreserveTransactions\":true},"
                        + "\"ExtraConnectionAttributes\":\"CdcPath=txn;detachTargetOnLobLookupFailureParquet=true\"}");
        assertThat(S3TargetSettings.parseEndpoint(json)).isEqualTo(TRANSACTIONS);
    }

    @Test
    void anEndpointWithoutThemHasNoConnectionAttributes() {
        S3TargetSettings settings = S3TargetSettings.of(s -> s.bucketName("lake"));

        assertThat(settings.toCreateEndpointInput("a")).doesNotContain("ExtraConnectionAttributes");
        assertThat(S3TargetSettings.parseEndpoint(settings.toCreateEndpointInput("a")))
                .isEqualTo(settings);
    }

    @Test
    void whatDescribeEndpointsPrintsIsRead() {
        S3TargetSettings settings = S3TargetSettings.parseEndpoint("""
                {"Endpoints":[{"EndpointIdentifier":"lake","EndpointType":"TARGET","EngineName":"s3","Status":"active",
                  "ExtraConnectionAttributes":"cdcPath=txn;compressionType=GZIP;csvDelimiter=;bucketName=lake;",
                  "S3Settings":{"BucketName":"lake","CompressionType":"GZIP","PreserveTransactions":true,"RowGroupLength":0,"CsvDelimiter":""}}]}
                """);

        assertThat(settings.cdcPath()).contains("txn");
        assertThat(settings.compressionType()).isEqualTo(CompressionType.GZIP);
        assertThat(settings.rowGroupLength()).isEqualTo(10_000);
    }

    /** Rule 10 of the fact sheet: the service refuses attributes of targets on a source. */
    @Test
    void aSourceAnotherEngineAndContradictionsAreRefusedAllAtOnce() {
        assertThatThrownBy(() -> S3TargetSettings.parseEndpoint("""
                        {"EndpointType":"source","EngineName":"oracle","ExtraConnectionAttributes":"bucketName=a;dataFormat=csv",
                         "S3Settings":{"BucketName":"b","DataFormat":"parquet","Rfc4180":3}}
                        """))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(
                                        Finding.error(
                                                "ENDPOINT_IS_A_SOURCE",
                                                "$.EndpointType",
                                                "It is 'source': DMS refuses attributes of S3 targets, e.g. DatePartitionDelimiter, on it.",
                                                "Make an endpoint of type target."),
                                        Finding.error(
                                                "ENDPOINT_NOT_S3",
                                                "$.EngineName",
                                                "It is 'oracle', so that the endpoint has no settings of S3.",
                                                "Give the endpoint with the engine s3."),
                                        Finding.error(
                                                "WRONG_VALUE",
                                                "$.S3Settings.Rfc4180",
                                                "It is 3, not true or false.",
                                                "Give it without quotes."),
                                        Finding.error(
                                                "SETTINGS_AND_ATTRIBUTES_DIFFER",
                                                "$.ExtraConnectionAttributes.BucketName",
                                                "It is 'a' here and 'b' in S3Settings: which one DMS takes is not documented.",
                                                "Give both the same value."),
                                        Finding.error(
                                                "SETTINGS_AND_ATTRIBUTES_DIFFER",
                                                "$.ExtraConnectionAttributes.DataFormat",
                                                "It is 'csv' here and 'parquet' in S3Settings: which one DMS takes is not documented.",
                                                "Give both the same value.")));
    }

    @Test
    void severalEndpointsAreRefused() {
        assertThatThrownBy(() -> S3TargetSettings.parseEndpoint("{\"Endpoints\":[{},{}]}"))
                .hasMessage("Cannot accept the endpoint: ERROR NOT_ONE_ENDPOINT at $.Endpoints: There are 2 endpoints. "
                        + "Give one, e.g. by a filter on its ARN.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1lake", "lake-", "lake--target", "lake_target"})
    void whatIsNoIdentifierIsRefused(String identifier) {
        assertThatThrownBy(() -> TRANSACTIONS.toCreateEndpointInput(identifier))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot name an endpoint '" + identifier
                                + "': DMS takes letters, digits and single hyphens, beginning with a letter. Write e.g. lake-target.");
    }
}
